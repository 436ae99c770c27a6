import { joined, lintFirewalls } from '../../core/lint-findings/lint-firewalls.ts';
import type { LintedFirewall, LintFinding, LintGap } from '../../core/lint-findings/types.ts';
import { mootRules } from '../../core/live-findings/moot-rules.ts';
import { neverHit } from '../../core/live-findings/never-hit.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type TableName } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { readForImport } from '../import/read-for-import.ts';
import { warnLeftOut } from '../import/warn-left-out.ts';
import type { Live } from '../live/read-live.ts';
import { identitiesOf, readApplied, setsThere } from './read-live-facts.ts';
import type { LintRun, LintRunOptions } from './types.ts';

/** Judges the rules that are live, and what the namespaces are like in which they are. */
export async function lintLive(ports: Ports, { selection, backend, days }: LintRunOptions): Promise<LintRun> {
  const names = selection.namespaces.length === 0 ? ['host'] : selection.namespaces;
  const live = await readForImport(ports, names, backend);
  const firewalls = live.flatMap(linted);
  const { findings, gaps } = lintFirewalls(firewalls);
  const others = live.flatMap(({ namespace, alsoHeldBy }): readonly LintGap[] => {
    if (alsoHeldBy === undefined) return [];
    const because = `the ${alsoHeldBy} backend holds rules as well; --backend ${alsoHeldBy} judges those`;
    return [{ namespaces: [namespaceLabel(namespace)], families: FAMILIES, place: null, because }];
  });
  const ofNow = await findingsOfNow(ports, live, findings, days);
  return {
    about: `the live rules of ${live.map(({ namespace }) => namespaceLabel(namespace)).join(', ')}`,
    findings: [...findings, ...joined(ofNow)],
    gaps: [...gaps, ...joined(others)],
    sources: new Map(),
    warnings: await warnLeftOut(ports, names),
  };
}

function linted({ namespace, backend, rulesets, hidden = [] }: Live): readonly LintedFirewall[] {
  return FAMILIES.map((family): LintedFirewall => {
    const unread = hidden.find((one) => one.family === family);
    return {
      namespace: namespaceLabel(namespace),
      family,
      firewall:
        unread === undefined
          ? { family, backend, tables: rulesets[family].tables, sets: [], settings: {} }
          : { unknown: `iptables-save does not show table ${unread.table} as it is` },
      find: () => undefined,
      options: {},
    };
  });
}

/** What depends on more than rules: on the namespace, on sets and on the applies of fw. */
async function findingsOfNow(
  ports: Ports,
  live: readonly Live[],
  told: readonly LintFinding[],
  days: number,
): Promise<readonly LintFinding[]> {
  const namespaces = live.map(({ namespace }) => namespace);
  const [applied, identities, sets] = await Promise.all([
    readApplied(ports, days),
    identitiesOf(ports, namespaces),
    setsThere(ports, namespaces),
  ]);
  const found: LintFinding[] = [];
  for (const [index, { namespace, rulesets, hidden = [] }] of live.entries()) {
    const label = namespaceLabel(namespace);
    const facts = await ports.lookAtMachine(namespace);
    const own = sets[index] ?? [];
    const emptySets = new Set(own.filter(({ entries }) => entries === 0).map(({ name }) => name));
    for (const family of FAMILIES) {
      if (hidden.some((one) => one.family === family)) continue;
      const { tables } = rulesets[family];
      found.push(...mootRules({ namespace: label, family, tables, facts, emptySets }));
      if (applied === undefined) continue;
      const isTold = toldOf(told, label, family);
      found.push(...neverHit(applied, { namespace: label, family, tables, identity: identities.get(label) }, isTold));
    }
    found.push(...own.filter(({ references }) => references === 0).map(({ name }) => unusedSet(label, name)));
  }
  return found;
}

function unusedSet(namespace: string, name: string): LintFinding {
  const nothing = { families: [], place: null, causes: [], more: 0, origin: null };
  return { ...nothing, id: 'FWL08', level: 'note', namespaces: [namespace], subject: name };
}

/** Whether something is found of a rule that tells already why no packet meets it. */
function toldOf(
  told: readonly LintFinding[],
  namespace: string,
  family: (typeof FAMILIES)[number],
): (table: TableName, chain: string, number: number) => boolean {
  const from = new Map<string, number>();
  const single = new Set<string>();
  for (const { namespaces, families, place, more } of told) {
    if (place === null || !namespaces.includes(namespace) || !families.includes(family)) continue;
    const key = `${place.table} ${place.chain}`;
    if (place.number === undefined) from.set(key, 1);
    else if (more > 0) from.set(key, place.number);
    else single.add(`${key} ${place.number}`);
  }
  return (table, chain, number) =>
    number >= (from.get(`${table} ${chain}`) ?? Number.POSITIVE_INFINITY) || single.has(`${table} ${chain} ${number}`);
}
