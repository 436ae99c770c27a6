import { LIMITS } from '../limits.ts';
import { makeTracer } from '../packets/trace/trace-packet.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Routes } from './find-ways.ts';
import { judgeConnection, type MayRefuse } from './judge-connection.ts';
import type { ParsedConnections } from './parse-connections.ts';
import type { ConnectionCount, RefusedConnection } from './types.ts';

/** Counts the connections of one family that a plan refuses. Beyond `LIMITS.connectionRules` rules that they may meet, no more of them are judged. */
export function countConnections(
  { before, after }: { readonly before: Firewall; readonly after: Firewall },
  { connections, others }: ParsedConnections,
  options: { readonly routes: Routes; readonly mayRefuse: MayRefuse },
): ConnectionCount['found'] {
  const rules = rulesOf(before) + rulesOf(after) + 1;
  const judged = connections.slice(0, Math.floor(LIMITS.connectionRules.most / rules));
  const [was, is] = [before, after].map((firewall) => ({ firewall, tracer: makeTracer(firewall) }));
  if (was === undefined || is === undefined) throw new Error('Bug: two sides are two');
  const refused: RefusedConnection[] = [];
  let [open, unknown] = [0, 0];
  for (const connection of judged) {
    const found = judgeConnection(was, is, connection, options);
    if (typeof found === 'object') refused.push(found);
    else if (found === 'open') open += 1;
    else if (found === 'unknown') unknown += 1;
  }
  return {
    kind: 'counted',
    judged: judged.length - unknown,
    refused,
    open,
    others: others + unknown + connections.length - judged.length,
  };
}

function rulesOf({ tables }: Firewall): number {
  return tables.reduce((sum, { chains }) => sum + chains.reduce((all, { rules }) => all + rules.length, 0), 0);
}
