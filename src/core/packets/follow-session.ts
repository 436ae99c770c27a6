import { type Direction, follow, type Rules, type Stop } from './follow.ts';
import { endsOf, type Packet, type PacketState } from './packet.ts';
import type { Filled } from './rewrite.ts';
import { neighbourPackets, sessionPackets, tooBig } from './session-packets.ts';
import type { SshConnection } from './ssh-connection.ts';
import { usesConntrack } from './tracking.ts';
import type { KernelSettings } from './types/firewall.ts';

/** A packet of a session on its way through the rules of one side. */
export type Followed = { readonly name: string; readonly packet: Packet; readonly stops: readonly Stop[] };

export type SessionOptions = {
  readonly settings: KernelSettings;
  /** Whether conntrack knows the running connection from before. */
  readonly isKnown: boolean;
};

/**
 * All kinds of packets on which an SSH session depends, each on its way through all tables: a new connection, the running one, the answers, and for IPv6 neighbour
 * discovery. What the rules note of a connection (its mark) goes from one packet to the next, and what they fill (sets, lists of `recent`) every packet meets.
 * Undefined for a connection without literal addresses.
 */
export function followSession(
  rules: Omit<Rules, 'filled'>,
  ssh: SshConnection,
  options: SessionOptions,
): readonly Followed[] | undefined {
  const first = followOnce({ ...rules, filled: new Map() }, ssh, options);
  const filled = fillsOf(first ?? []);
  return filled.size === 0 ? first : followOnce({ ...rules, filled }, ssh, options);
}

function followOnce(rules: Rules, ssh: SshConnection, options: SessionOptions): readonly Followed[] | undefined {
  const packets = sessionPackets(ssh);
  const ends = endsOf(ssh);
  if (packets === undefined || ends === undefined) return undefined;
  const { opening, established, midStream, reply } = packets;
  const { come, go } = trackedBy(rules, packets);
  /** Where conntrack sees only one direction, what it makes of the connection is not known. */
  const running: PacketState | undefined = come && go ? 'ESTABLISHED' : undefined;
  const run = (kinds: readonly Kind[]) => sequence(rules, kinds);
  const incoming = { name: RUNNING, packet: established, direction: 'in', state: running } as const;
  const answers = { name: ANSWERS, packet: reply, direction: 'out', state: running } as const;
  const unknown = statesOfUnknown(options);
  return [
    ...run([{ name: 'a new connection', packet: opening, direction: 'in', state: 'NEW' }, answers, incoming]),
    ...run([incoming, answers, incoming, answers]),
    ...unknown.flatMap((state) => {
      const as = state === 'NEW' ? 'new to conntrack' : 'INVALID to conntrack (nf_conntrack_tcp_loose)';
      const later = run([{ name: `${RUNNING}, ${as}`, packet: midStream, direction: 'in', state }]);
      const back = run([{ name: `${ANSWERS}, ${as}`, packet: reply, direction: 'out', state }]);
      // An answer that a filter drops as NEW is sent again, and passes as soon as the client has sent a packet; what nat made of it stays.
      return [...later, ...(state === 'NEW' ? back.map(onlyNat) : back)];
    }),
    ...neighbourPackets(ends).map(({ name, packet }) => {
      const direction = packet.input === 'none' ? 'out' : 'in';
      return { name, packet, stops: follow(rules, packet, { direction, state: 'UNTRACKED' }).stops };
    }),
  ];
}

/** The message by which the session learns that its segments are too large for the way. Of a connection that conntrack does not see its state is not known. */
export function followTooBig(rules: Omit<Rules, 'filled'>, ssh: SshConnection): readonly Stop[] {
  const packets = sessionPackets(ssh);
  const ends = endsOf(ssh);
  if (packets === undefined || ends === undefined) return [];
  const all = { ...rules, filled: new Map() };
  const { come, go } = trackedBy(all, packets);
  return follow(all, tooBig(ends), { direction: 'in', state: come && go ? 'RELATED' : undefined }).stops;
}

const RUNNING = 'the running connection';
const ANSWERS = 'the answers';

type Kind = {
  readonly name: string;
  readonly packet: Packet;
  readonly direction: Direction;
  readonly state: PacketState | undefined;
};

/** Packets of one connection, one after the other: the mark of the connection goes along. */
function sequence(rules: Rules, kinds: readonly Kind[]): readonly Followed[] {
  const found: Followed[] = [];
  let connectionMark: Packet['connectionMark'] | undefined;
  for (const { name, packet, direction, state } of kinds) {
    const sent = connectionMark === undefined ? packet : { ...packet, connectionMark };
    const { stops, packet: left } = follow(rules, sent, { direction, state });
    connectionMark = left.connectionMark;
    found.push({ name, packet, stops });
  }
  return found;
}

/** Whether conntrack sees what comes in, and what goes out: it does not where a rule of raw may take it away. */
function trackedBy(rules: Rules, { established, reply }: { readonly established: Packet; readonly reply: Packet }) {
  const isSeen = (packet: Packet, direction: Direction) => {
    const raw = rules.tables.get('raw');
    if (raw === undefined) return true;
    const only = { ...rules, tables: new Map([['raw', raw] as const]) };
    return follow(only, packet, { direction, state: 'ESTABLISHED' }).packet.state === 'unseen';
  };
  return { come: isSeen(established, 'in'), go: isSeen(reply, 'out') };
}

/** What a connection is to conntrack that was there before conntrack was. */
function statesOfUnknown({ isKnown, settings: { tcpLoose } }: SessionOptions): readonly ('NEW' | 'INVALID')[] {
  if (isKnown) return [];
  if (tcpLoose === undefined) return ['NEW', 'INVALID'];
  return tcpLoose ? ['NEW'] : ['INVALID'];
}

function onlyNat({ stops, ...followed }: Followed): Followed {
  return { ...followed, stops: stops.filter(({ table }) => table === 'nat') };
}

function fillsOf(followed: readonly Followed[]): Filled {
  const filled = new Map<string, readonly string[]>();
  for (const { evaluation } of followed.flatMap(({ stops }) => stops)) {
    for (const [name, rules] of evaluation.fills) {
      filled.set(name, [...new Set([...(filled.get(name) ?? []), ...rules])].sort());
    }
  }
  return filled;
}

/** Whether conntrack sees a connection that runs: rules made the kernel track, and none of raw takes it away. */
export function isTrackedSession(rules: Omit<Rules, 'filled'>, ssh: SshConnection): boolean {
  const packets = sessionPackets(ssh);
  if (packets === undefined || ![...rules.tables.values()].some(usesConntrack)) return false;
  const { come, go } = trackedBy({ ...rules, filled: new Map() }, packets);
  return come && go;
}
