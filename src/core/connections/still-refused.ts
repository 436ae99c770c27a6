import { makeTracer } from '../packets/trace/trace-packet.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Routes } from './find-ways.ts';
import { passesFirst, passesRunning } from './replay.ts';
import type { RefusedConnection } from './types.ts';

/**
 * Of connections that a plan refused, those that rules refuse for the same reason: the packets of one that the plan would have let go on are asked about its beginning, those of
 * another about itself. What the rules alone do not tell is not refused.
 */
export function stillRefused(
  firewall: Firewall,
  connections: readonly RefusedConnection[],
  routes: Routes,
): readonly RefusedConnection[] {
  const side = { firewall, tracer: makeTracer(firewall) };
  return connections.filter((connection) => {
    const passes = connection.goesOn ? passesFirst(side, connection, routes) : passesRunning(side, connection, routes);
    return passes === 'no';
  });
}
