import { parseLiteral } from '../packets/address.ts';
import { TCP } from '../packets/rule/protocol-number.ts';
import { firstState } from '../packets/trace/first-state.ts';
import type { Tracer } from '../packets/trace/trace-packet.ts';
import type { CtState, Route, Trace, TracedPacket } from '../packets/trace/types.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Outcome } from '../packets/types/traffic.ts';
import { type Routes, type Way, wayBetween } from './find-ways.ts';
import type { Connection, Passing, Tuple } from './types.ts';

/** One side of a plan, by which packets of connections are asked for. */
export type Replayer = { readonly firewall: Firewall; readonly tracer: Tracer };

const [SYN, ACK] = [2, 16] as const;

/** `elsewhere`: it passes, and is not sent where the connection goes. */
export type FirstPassing = Passing | 'elsewhere';

/** Whether the rules let a connection begin, to where it goes. */
export function passesFirst(side: Replayer, connection: Connection, routes: Routes): FirstPassing {
  const { original, reply } = connection;
  const way = wayBetween(original.source, original.destination, routes);
  if (way === undefined) return 'maybe';
  const packet = packetOf(connection, original, way, { state: 'NEW', tcpFlags: SYN });
  const sent = original.destination !== reply.source || original.destinationPort !== reply.sourcePort;
  const expected = sent ? placeText(reply.source, reply.sourcePort) : undefined;
  return passing(side, packet, { tuple: original, routes }, ({ to }) => {
    if (to === expected) return 'yes';
    // One of several addresses or ports, or one of this host: it may be the one that it has.
    return to === undefined || isExact(to) ? 'elsewhere' : 'maybe';
  });
}

/**
 * Whether packets of a connection that runs pass, in both directions. Behind nat a packet of a translated connection has other addresses than before it: only where rules decide
 * alike by both it is known.
 */
export function passesRunning(side: Replayer, connection: Connection, routes: Routes): Passing {
  const { original, reply } = connection;
  const behind: Tuple = {
    source: original.source,
    sourcePort: original.sourcePort,
    destination: reply.source,
    destinationPort: reply.sourcePort,
  };
  const forth = seenAs(side, connection, [original, behind], routes);
  const back = seenAs(side, connection, [reply, turned(behind)], routes);
  if (forth === 'no' || back === 'no') return 'no';
  return forth === 'yes' && back === 'yes' ? 'yes' : 'maybe';
}

/** The packet keeps the way of the second tuple, on which conntrack sends it. */
function seenAs(
  side: Replayer,
  connection: Connection,
  [before, behind]: readonly [Tuple, Tuple],
  routes: Routes,
): Passing {
  const way = wayBetween(behind.source, behind.destination, routes);
  if (way === undefined) return 'maybe';
  const found = [before, behind].map((tuple) => {
    const packet = packetOf(connection, tuple, way, { state: 'ESTABLISHED', tcpFlags: ACK });
    return passing(side, packet, { tuple, routes }, () => 'yes');
  });
  return found.every((one) => one === found[0]) ? (found[0] ?? 'maybe') : 'maybe';
}

/** Whether a packet in the middle of a connection gets through where conntrack knows nothing of it, and the way on which it comes. */
export function passesWithoutEntry(
  side: Replayer,
  connection: Connection,
  tuple: Tuple,
  routes: Routes,
): { readonly passes: FirstPassing; readonly way: Way | undefined } {
  const way = wayBetween(tuple.source, tuple.destination, routes);
  if (way === undefined) return { passes: 'maybe', way };
  const { family, settings } = side.firewall;
  const known = firstState({ path: way.path, protocol: connection.protocol, tcpFlags: ACK }, family, settings);
  const states: readonly CtState[] = known === undefined ? ['NEW', 'INVALID'] : [known];
  const found = states.map((state) =>
    passing(side, packetOf(connection, tuple, way, { state, tcpFlags: ACK }), { tuple, routes }, () => 'yes'),
  );
  return { passes: found.every((one) => one === 'no') ? 'no' : 'maybe', way };
}

export function turned({ source, sourcePort, destination, destinationPort }: Tuple): Tuple {
  return { source: destination, sourcePort: destinationPort, destination: source, destinationPort: sourcePort };
}

function packetOf(
  { protocol }: Connection,
  { source, destination, sourcePort, destinationPort }: Tuple,
  { path, input, output }: Way,
  { state, tcpFlags }: { readonly state: CtState; readonly tcpFlags: number },
): TracedPacket {
  return {
    path,
    protocol,
    source: parseLiteral(source)?.value ?? 0n,
    destination: parseLiteral(destination)?.value ?? 0n,
    sourcePort,
    destinationPort,
    ...(protocol === TCP ? { tcpFlags } : {}),
    links: { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) },
    state,
  };
}

/** DNAT sends a packet where other routes lead: those to the addresses that the connection has are known, and behind others nothing is. */
function passing<Accepted extends FirstPassing>(
  { tracer }: Replayer,
  packet: TracedPacket,
  { tuple, routes }: { readonly tuple: Tuple; readonly routes: Routes },
  accepted: (outcome: Outcome) => Accepted,
): Accepted | Passing {
  const known = routesByValue(routes);
  let isLost = false;
  const route = ([first, last]: readonly [bigint, bigint]): Route | undefined => {
    const address = first === last ? known.get(first) : undefined;
    const way = address === undefined ? undefined : wayBetween(tuple.source, address, routes);
    if (way?.path === 'INPUT') return { path: 'INPUT' };
    if (way?.path === 'FORWARD' && way.output !== undefined) return { path: 'FORWARD', output: way.output };
    isLost = true;
    return undefined;
  };
  const found = endOf(tracer(packet, { route }), accepted);
  return isLost ? 'maybe' : found;
}

/** All answers to what is open are followed. */
function endOf<Accepted extends FirstPassing>(
  { end }: Trace,
  accepted: (outcome: Outcome) => Accepted,
): Accepted | Passing {
  if (end.kind === 'limit') return 'maybe';
  if (end.kind === 'open') {
    const [met, unmet] = [endOf(end.met, accepted), endOf(end.unmet, accepted)];
    return met === unmet ? met : 'maybe';
  }
  const { verdict } = end.outcome;
  if (verdict === 'accept') return accepted(end.outcome);
  return verdict === 'drop' || verdict === 'reject' ? 'no' : 'maybe';
}

const BY_VALUE = new WeakMap<Routes, ReadonlyMap<bigint, string>>();

function routesByValue(routes: Routes): ReadonlyMap<bigint, string> {
  const found =
    BY_VALUE.get(routes) ??
    new Map([...routes.keys()].map((address) => [parseLiteral(address)?.value ?? -1n, address] as const));
  BY_VALUE.set(routes, found);
  return found;
}

function placeText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function isExact(place: string): boolean {
  return /^(?:[\d.]+|\[[0-9a-f:]+\]):\d+$/.test(place);
}
