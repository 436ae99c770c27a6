import { targetsThat } from '../extensions/targets.ts';
import type { LintFinding } from '../lint-findings/types.ts';
import { parseNetwork } from '../packets/address.ts';
import { readTranslation } from '../packets/rule/read-translation.ts';
import type { RulePlace } from '../packets/types/traffic.ts';
import { type SplitRule, splitRule } from '../rule-text/split-rule.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { Family, Table } from '../rules/types.ts';
import type { MachineFacts } from './machine-facts.ts';

/** Rules of one family of a namespace, and what is so there. `emptySets`: those that exist and have no entry. */
export type LiveRules = {
  readonly namespace: string;
  readonly family: Family;
  readonly tables: readonly Table[];
  readonly facts: MachineFacts;
  readonly emptySets: ReadonlySet<string>;
};

type Read = { readonly place: RulePlace; readonly rule: SplitRule };

/** Interfaces that a machine has until its hardware or its configuration changes. All others come and go with what uses them. */
const LASTING = /^(?:lo|eth\d+|em\d+|en[ops]\d\S*|ib\d+|bond\d+|team\d+)$/;
/** Rules of a forwarding chain that say no more than that nothing is forwarded. */
const REFUSES: ReadonlySet<string> = new Set(targetsThat(({ does, logs }) => does === 'drop' || logs === true));

/** Rules that no packet can meet as the namespace is now. A note tells what may well be meant: it can be otherwise in a moment. */
export function mootRules(live: LiveRules): readonly LintFinding[] {
  const rules = live.tables.flatMap(({ name: table, chains }) =>
    chains.flatMap((chain) =>
      chain.rules.flatMap(({ text }, index): readonly Read[] => {
        const rule = splitRule(text);
        const place: RulePlace = { table, chain: chain.name, number: index + 1, text };
        return rule === undefined ? [] : [{ place, rule }];
      }),
    ),
  );
  return [
    ...missingInterfaces(live, rules),
    ...notForwarded(live, rules),
    ...notBridged(live, rules),
    ...emptySets(live, rules),
  ];
}

function missingInterfaces(live: LiveRules, rules: readonly Read[]): readonly LintFinding[] {
  const { interfaces } = live.facts;
  if (interfaces === undefined) return [];
  const missing = grouped(rules, ({ rule }) =>
    rule.matches.flatMap(({ option, negated, values: [name = ''] }) => {
      const isName = (option === '-i' || option === '-o') && !negated && !name.endsWith('+') && name !== '';
      return isName && !interfaces.has(name) ? [name] : [];
    }),
  );
  return [...missing].map(([name, found]) => ({
    ...about(live, 'FWL09', found),
    subject: name,
    level: LASTING.test(name) ? 'warning' : 'note',
  }));
}

/** Chains of forwarded packets, and DNAT to where only forwarding leads. Packets of a bridge come to these chains without being forwarded. */
function notForwarded(live: LiveRules, rules: readonly Read[]): readonly LintFinding[] {
  const { forwards, bridged, own } = live.facts.families[live.family];
  if (forwards !== false || bridged === undefined || bridged === 'maybe') return [];
  const chains = live.tables.flatMap(({ name: table, chains: all }): readonly LintFinding[] => {
    const passes = rules.some(
      ({ place, rule }) =>
        place.table === table &&
        place.chain === 'FORWARD' &&
        rule.target !== undefined &&
        !REFUSES.has(rule.target.name),
    );
    const isThere = isBuiltin(table, 'FORWARD') && all.some(({ name }) => name === 'FORWARD');
    if (!isThere || !passes) return [];
    return [{ ...about(live, 'FWL10', []), place: { table, chain: 'FORWARD', text: '' } }];
  });
  const elsewhere = rules.filter((rule) => leadsElsewhere(rule, live.family, own));
  return [...chains, ...(elsewhere.length === 0 ? [] : [about(live, 'FWL10', elsewhere)])];
}

/** Packets that this host sends are translated in OUTPUT, and these need no forwarding. */
function leadsElsewhere({ place, rule }: Read, family: Family, own: readonly string[] | undefined): boolean {
  const { target, matches } = rule;
  if (target?.name !== 'DNAT' || own === undefined || place.table !== 'nat') return false;
  const comesIn = place.chain === 'PREROUTING' || matches.some(({ option, negated }) => option === '-i' && !negated);
  if (!comesIn) return false;
  const action = readTranslation('DNAT', target.options, family);
  const range = action?.kind === 'translate' ? action.to.addresses : undefined;
  if (range === undefined) return false;
  return own.every((network) => {
    const known = parseNetwork(network === 'default' ? (family === 'ipv4' ? '0.0.0.0/0' : '::/0') : network, family);
    if (known === undefined) return false;
    const all = (1n << (family === 'ipv4' ? 32n : 128n)) - 1n;
    return range[1] < known.value || range[0] > (known.value | (all ^ known.mask));
  });
}

/** A packet that no bridge showed meets no option of physdev that is not negated. */
function notBridged(live: LiveRules, rules: readonly Read[]): readonly LintFinding[] {
  if (live.facts.families[live.family].bridged !== 'never') return [];
  const found = rules.filter(({ rule }) =>
    rule.matches.some(({ option, negated }) => option.startsWith('--physdev-') && !negated),
  );
  return found.length === 0 ? [] : [about(live, 'FWL11', found)];
}

function emptySets(live: LiveRules, rules: readonly Read[]): readonly LintFinding[] {
  const empty = grouped(rules, ({ rule }) =>
    rule.matches.flatMap(({ option, negated, values: [name = ''] }) =>
      option === '--match-set' && !negated && live.emptySets.has(name) ? [name] : [],
    ),
  );
  return [...empty].map(([name, found]) => ({ ...about(live, 'FWL12', found), subject: name, level: 'note' }));
}

function grouped(
  rules: readonly Read[],
  namesOf: (rule: Read) => readonly string[],
): ReadonlyMap<string, readonly Read[]> {
  const groups = new Map<string, Read[]>();
  for (const rule of rules) {
    for (const name of new Set(namesOf(rule))) {
      const known = groups.get(name);
      if (known === undefined) groups.set(name, [rule]);
      else known.push(rule);
    }
  }
  return groups;
}

function about({ namespace, family }: LiveRules, id: LintFinding['id'], rules: readonly Read[]): LintFinding {
  return {
    id,
    level: 'warning',
    namespaces: [namespace],
    families: [family],
    place: rules[0]?.place ?? null,
    subject: null,
    causes: [],
    more: Math.max(0, rules.length - 1),
    origin: null,
  };
}
