import { LIMITS } from '../limits.ts';
import { lintFirewall } from '../packets/lint/lint-firewall.ts';
import type { Linted } from '../packets/lint/types.ts';
import type { RulePlace } from '../packets/types/traffic.ts';
import type { Family } from '../rules/types.ts';
import { firewallKey } from '../traffic/firewall-key.ts';
import type { LintedFirewall, LintFinding, LintGap, LintResult } from './types.ts';

/** What is proved of the rules of all firewalls; equal ones are judged once, and what is the same in several is told once. */
export function lintFirewalls(firewalls: readonly LintedFirewall[]): LintResult {
  const known = new Map<string, Linted>();
  const findings: LintFinding[] = [];
  const gaps: LintGap[] = [];
  for (const one of firewalls) {
    const at = { namespaces: [one.namespace], families: [one.family] };
    if ('unknown' in one.firewall) {
      gaps.push({ ...at, place: null, because: one.firewall.unknown });
      continue;
    }
    const shared = [...(one.options.shared ?? [])].sort().join();
    const key = `${one.family} ${shared} ${[...(one.options.unreached ?? [])].sort().join()} ${firewallKey(one.firewall)}`;
    const linted = known.get(key) ?? attempt(one);
    if ('failed' in linted) {
      gaps.push({ ...at, place: null, because: linted.failed });
      continue;
    }
    known.set(key, linted);
    findings.push(...linted.findings.map((finding) => placed(finding, one)));
    for (const { table, chain, from } of linted.notJudged) {
      const because = `it takes more than ${LIMITS.lintNodes.most} nodes`;
      gaps.push({ ...at, place: { table, chain, number: from }, because });
    }
  }
  return { findings: joined(findings), gaps: joined(gaps) };
}

function attempt({ firewall, options }: LintedFirewall): Linted | { readonly failed: string } {
  if ('unknown' in firewall) return { failed: firewall.unknown };
  try {
    return lintFirewall(firewall, options);
  } catch (error) {
    return { failed: `the proof failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function placed(
  { id, place, causes, more }: Linted['findings'][number],
  { namespace, family, find }: LintedFirewall,
): LintFinding {
  const locate = <Rule extends RulePlace>(rule: Rule): Rule => {
    const origin = rule.origin ?? find(rule);
    return origin === undefined ? rule : { ...rule, origin };
  };
  const own = locate(place);
  return {
    id,
    level: 'warning',
    namespaces: [namespace],
    families: [family],
    place: own,
    subject: null,
    causes: causes.map(locate),
    more,
    origin: own.origin ?? null,
  };
}

type Where = { readonly namespaces: readonly string[]; readonly families: readonly Family[] };

/** The same in several namespaces is told once, and then the same in both families. */
export function joined<Item extends Where>(items: readonly Item[]): readonly Item[] {
  const byNamespace = group(
    items,
    (one) => ({ ...one, namespaces: [] }),
    (one, other) => ({
      ...one,
      namespaces: [...one.namespaces, ...other.namespaces],
    }),
  );
  return group(
    byNamespace,
    (one) => ({ ...one, families: [] }),
    (one, other) => ({
      ...one,
      families: [...one.families, ...other.families],
    }),
  );
}

function group<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown,
  join: (one: Item, other: Item) => Item,
): readonly Item[] {
  const groups = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const known = groups.get(key);
    groups.set(key, known === undefined ? item : join(known, item));
  }
  return [...groups.values()];
}
