import type { Ending, Evaluation } from '../packets/evaluate.ts';
import { type Followed, followSession, isTrackedSession } from '../packets/follow-session.ts';
import { endsOf, type Packet } from '../packets/packet.ts';
import type { SshConnection } from '../packets/ssh-connection.ts';
import type { KernelSettings } from '../packets/types/firewall.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { TableStep } from '../plan/types.ts';
import type { Family, TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { type ChangedSets, changedSets, setEvidence } from './changed-sets.ts';
import { sessionSides } from './session-sides.ts';
import type { Evidence, Guard } from './types.ts';

export const lockout: Guard<'FWG02', '--allow-lockout'> = {
  id: 'FWG02',
  flag: '--allow-lockout',
  summary: 'Go on although the SSH connection that fw runs in is not proven to stay accepted.',
  sarif: 'The session that runs fw may be shut out',
  closedWhen: 'your SSH connection is not proven to pass a chain that changes for it',
  shows: 'the connection, each kind of packet, the rule or policy that decides, and what let it pass before',
  needsMachine: true,
  check: ({ steps, ssh, sets, standing, settings = {} }) => checkLockout(steps, ssh, { sets, standing, settings }),
};

type Beside = {
  readonly sets: readonly SetStep[];
  /** Tables that stay as they are. */
  readonly standing: readonly StandingTable[];
  readonly settings: KernelSettings;
};

/**
 * FWG02: the SSH connection that fw was started from is no longer proven to pass a chain whose way for it changes, by the chain itself or by what other chains, also of
 * other tables, make of its packets. It was passing until now, so what the evaluation cannot judge counts as open before and as closed after. A packet
 * that was dropped before is no matter.
 */
function checkLockout(
  steps: readonly TableStep[],
  ssh: SshConnection | undefined,
  { sets, standing, settings }: Beside,
): readonly Evidence[] {
  const ends = ssh === undefined ? undefined : endsOf(ssh);
  if (ssh === undefined || ends === undefined) return [];
  const { family } = ends.client;
  const changed = changedSets(sets.filter(({ namespace }) => namespace.kind === 'host'));
  const sides = sessionSides(steps, standing, family);
  if (!sides.isChanged && changed.size === 0) return [];
  const { before, after } = sides;
  const options = { settings, isKnown: isTrackedSession(before, ssh) };
  const was = followSession(before, ssh, options) ?? [];
  const is = followSession(after, ssh, options) ?? [];
  const found = is.flatMap((followed, at) => {
    const old = was[at];
    return old === undefined ? [] : compare(old, followed, changed);
  });
  return gather(found).map(({ table, chain, evidence }) =>
    finding(family, table, chain, [connectionText(ssh), ...evidence]),
  );
}

type Found = { readonly table: TableName; readonly chain: string; readonly evidence: readonly string[] };

/** The chains that one kind of packet is not proven to pass any more. */
function compare(before: Followed, after: Followed, changed: ChangedSets): readonly Found[] {
  const { name, packet } = after;
  return after.stops.flatMap(({ table, chain, evaluation }): Found[] => {
    const old = before.stops.find((stop) => stop.table === table && stop.chain === chain)?.evaluation;
    const evidence = explain(name, packet, { old, now: evaluation, changed });
    return evidence.length === 0 ? [] : [{ table, chain, evidence }];
  });
}

/** In the order of the chains on the way; what a chain does to two kinds of packets alike is said once. */
function gather(found: readonly Found[]): readonly Found[] {
  const places = new Map<string, Found & { readonly evidence: readonly string[] }>();
  for (const one of found) {
    const key = `${one.table} ${one.chain}`;
    const first = places.get(key);
    if (first === undefined) places.set(key, one);
    else if (!first.evidence.includes(one.evidence[0] ?? '')) {
      places.set(key, { ...first, evidence: [...first.evidence, ...one.evidence] });
    }
  }
  return [...places.values()];
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

function explain(
  name: string,
  packet: Packet,
  {
    old,
    now,
    changed,
  }: { readonly old: Evaluation | undefined; readonly now: Evaluation; readonly changed: ChangedSets },
): readonly string[] {
  // A packet that did not come to the chain before, as those that nat did not see, comes there for the first time.
  if (now.verdict === 'accept' || old?.verdict === 'drop') return [];
  const way = new Set([...(old?.path ?? []), ...now.path]);
  const sets = changed.size === 0 ? [] : [...way].flatMap((rule) => setEvidence(rule, packet, changed));
  if (sets.length === 0 && old !== undefined && isSameWay(old, now)) return [];
  const writers = [...now.writers].filter((rule) => old?.writers.has(rule) !== true);
  return [
    `${name}: ${afterText(now)}`,
    `  before: ${old === undefined ? 'did not come here' : beforeText(old)}`,
    ...writers.map((rule) => `  because of ${rule}`),
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
