import { MATCHES } from '../extensions/matches.ts';
import { targetsThat } from '../extensions/targets.ts';
import { parseAddress } from '../packets/address.ts';
import { type Ending, type Evaluation, evaluate, type KnownRules } from '../packets/evaluate.ts';
import { type Packet, type SessionPackets, sessionPackets } from '../packets/packet.ts';
import type { SshConnection } from '../packets/ssh-connection.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { TableStep } from '../plan/types.ts';
import { pristineTable } from '../rules/builtin.ts';
import type { Family, Table, TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { type ChangedSets, changedSets, setEvidence } from './changed-sets.ts';
import type { Evidence, Guard } from './types.ts';

export const lockout: Guard<'FWG02', '--allow-lockout'> = {
  id: 'FWG02',
  flag: '--allow-lockout',
  summary: 'Go on although the SSH connection that fw runs in is not proven to stay accepted.',
  sarif: 'The session that runs fw may be shut out',
  closedWhen: 'your SSH connection is not proven to pass a chain that changes for it',
  shows: 'the connection, each kind of packet, the rule or policy that decides, and what let it pass before',
  needsMachine: true,
  check: ({ steps, ssh, sets, standing }) => checkLockout(steps, ssh, { sets, standing }),
};

/** A table that the packets pass, as it was and as it will be. */
type Judged = { readonly name: TableName; readonly before: Table | undefined; readonly after: Table };

const NOTHING = { sets: [], standing: [] } as const;

type Probe = { readonly name: string; readonly packet: Packet };
type Direction = 'in' | 'out';

/** Chains that the packets of a connection to this host pass, as far as they can drop or divert them. */
const HOOKS: readonly { readonly table: TableName; readonly chain: string; readonly direction: Direction }[] = [
  { table: 'raw', chain: 'PREROUTING', direction: 'in' },
  { table: 'mangle', chain: 'PREROUTING', direction: 'in' },
  { table: 'nat', chain: 'PREROUTING', direction: 'in' },
  { table: 'mangle', chain: 'INPUT', direction: 'in' },
  { table: 'filter', chain: 'INPUT', direction: 'in' },
  { table: 'security', chain: 'INPUT', direction: 'in' },
  { table: 'raw', chain: 'OUTPUT', direction: 'out' },
  { table: 'mangle', chain: 'OUTPUT', direction: 'out' },
  { table: 'filter', chain: 'OUTPUT', direction: 'out' },
  { table: 'security', chain: 'OUTPUT', direction: 'out' },
  { table: 'mangle', chain: 'POSTROUTING', direction: 'out' },
];

/**
 * FWG02: the SSH connection that fw was started from is no longer proven to pass a chain whose way for it changes. It was passing until
 * now, so what the evaluation cannot judge counts as open before and as closed after. A packet that was dropped before is no matter.
 */
function checkLockout(
  steps: readonly TableStep[],
  ssh: SshConnection | undefined,
  beside: { readonly sets: readonly SetStep[]; readonly standing: readonly StandingTable[] } = NOTHING,
): readonly Evidence[] {
  const packets = ssh === undefined ? undefined : sessionPackets(ssh);
  if (ssh === undefined || packets === undefined) return [];
  const family = parseAddress(ssh.clientAddress)?.family;
  const isOwn = ({ namespace, family: other }: Pick<TableStep, 'namespace' | 'family'>) =>
    namespace.kind === 'host' && other === family;
  const own: readonly Judged[] = [
    ...steps.filter(isOwn).map(({ table: name, before, after }) => ({ name, before, after })),
    ...beside.standing.filter(isOwn).map(({ table }) => ({ name: table.name, before: table, after: table })),
  ];
  const changed = changedSets(beside.sets.filter(({ namespace }) => namespace.kind === 'host'));
  const isTracked = own.some(({ before }) => usesConntrack(before));
  const known: KnownRules = new Map();
  return own.flatMap((guarded) =>
    HOOKS.filter((hook) => hook.table === guarded.name).flatMap(({ table, chain, direction }): Evidence[] => {
      const probes = probesAt(table, direction, packets, isTracked);
      const evidence = probes.flatMap((probe) => checkProbe(guarded, chain, probe, { known, changed }));
      if (evidence.length === 0) return [];
      return [finding(packets.opening.source.family, table, chain, [connectionText(ssh), ...evidence])];
    }),
  );
}

function finding(family: Family, table: TableName, chain: string, evidence: readonly string[]): Evidence {
  return {
    title: 'your SSH connection is not proven to pass',
    namespace: { kind: 'host' },
    families: [family],
    table,
    chain,
    evidence,
  };
}

function probesAt(table: TableName, direction: Direction, packets: SessionPackets, tracked: boolean): readonly Probe[] {
  const { opening, established, midStream, reply } = packets;
  const inbound = [
    { name: 'a new connection', packet: opening },
    // nat sees the first packet of a connection only.
    ...(table === 'nat' ? [] : [{ name: 'the running connection', packet: established }]),
    ...(tracked || table === 'nat' || table === 'raw'
      ? []
      : [{ name: 'the running connection, new to conntrack', packet: midStream }]),
  ];
  const probes = direction === 'in' ? inbound : [{ name: 'the answers', packet: reply }];
  return table === 'raw' ? probes.map(({ name, packet }) => ({ name, packet: withoutState(packet) })) : probes;
}

/** raw comes before conntrack. */
function withoutState({ state: _, ...packet }: Packet): Packet {
  return packet;
}

/** Matches and targets with which the kernel tracks connections. */
const TRACKING = new RegExp(
  `(?:^| )-[mj] (?:${[
    ...Object.entries(MATCHES).flatMap(([name, { memory }]) => (memory === 'tracks' ? [name] : [])),
    ...targetsThat(({ tracks }) => tracks === true),
  ].join('|')})(?: |$)`,
);

/** Whether something made the kernel track connections before; nat does by itself. What cannot be seen here is taken for no. */
function usesConntrack(table: Table | undefined): boolean {
  if (table === undefined) return false;
  const isUser = ({ text }: { readonly text: string }) => TRACKING.test(text);
  return table.chains.some(({ rules }) => (table.name === 'nat' ? rules.length > 0 : rules.some(isUser)));
}

function checkProbe(
  { name: table, before: was, after: is }: Judged,
  chain: string,
  { name, packet }: Probe,
  { known, changed }: { readonly known: KnownRules; readonly changed: ChangedSets },
): readonly string[] {
  const after = evaluate(is, chain, packet, known);
  if (after.verdict === 'accept') return [];
  const before = evaluate(was ?? pristineTable(table), chain, packet, known);
  if (before.verdict === 'drop') return [];
  const way = new Set([...before.path, ...after.path]);
  const sets = changed.size === 0 ? [] : [...way].flatMap((rule) => setEvidence(rule, packet, changed));
  if (sets.length === 0 && isSameWay(before, after)) return [];
  return [
    `${name}: ${afterText(after)}`,
    `  before: ${beforeText(before)}`,
    ...[...new Set(sets)].map((text) => `  ${text}`),
  ];
}

/** The packet goes the same way before and after the change. */
function isSameWay(one: Evaluation, other: Evaluation): boolean {
  if (one.verdict !== other.verdict) return false;
  return one.path.length === other.path.length && one.path.every((rule, index) => rule === other.path[index]);
}

function connectionText({ clientAddress, clientPort, serverAddress, serverPort }: SshConnection): string {
  return `SSH from ${clientAddress} port ${clientPort} to ${serverAddress} port ${serverPort}`;
}

function afterText({ verdict, ending, hope }: Evaluation): string {
  const word =
    ending.verdict === 'unknown' ? 'cannot be judged at' : verdict === 'drop' ? 'dropped by' : 'may be dropped by';
  const maybe = hope === undefined ? '' : `, may be accepted by ${placeText(hope)}`;
  return `${word} ${placeText(ending)}${maybe}`;
}

function beforeText({ verdict, ending, hope }: Evaluation): string {
  if (verdict === 'accept') return `accepted by ${placeText(ending)}`;
  return `not judged, ${placeText(hope ?? ending)}`;
}

function placeText({ chain, position, text }: Ending): string {
  return position === undefined ? `${chain} policy ${text}` : `${chain} rule ${position}: ${text}`;
}
