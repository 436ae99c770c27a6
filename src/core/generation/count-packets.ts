import { claimedTables, claimsOn } from '../desired/claim.ts';
import type { NamespaceInput } from '../plan/assemble.ts';
import { tableSteps } from '../plan/in-order.ts';
import { ruleKey } from '../plan/rule-key.ts';
import { sampleCounters } from '../plan/sample-counters.ts';
import type { Plan } from '../plan/types.ts';
import { type Counters, FAMILIES, type Table } from '../rules/types.ts';
import type { Counted, Generation } from './types.ts';

/** Packets that the declared rules of one namespace had matched when a plan was made; rules that had matched none are left out. */
export function countRules({ live, claims }: Pick<NamespaceInput, 'live' | 'claims'>): readonly Counted[] {
  return FAMILIES.flatMap((family) =>
    claimedTables(claims, family).flatMap((table) => {
      const parts = claimsOn(claims, family, table);
      const found = live[family].tables.find(({ name }) => name === table);
      const declared = new Set(parts.flatMap(({ chains }) => chains.map(({ name }) => name)));
      return (found?.chains ?? []).flatMap(({ name, rules }): Counted[] => {
        if (!declared.has(name) || rules.every(({ counters }) => (counters?.[0] ?? '0') === '0')) return [];
        return countChain({ name: table, chains: [{ name, rules }] }).map(([text, packets]) => [
          family,
          table,
          name,
          text,
          packets,
        ]);
      });
    }),
  );
}

/** The same as a sample for the guards, in the chains that a plan changes: rules that are not named had matched none. */
export function sampleOf(namespaces: Generation['namespaces'], plan: Plan): ReadonlyMap<string, Counters> {
  const changed = new Set(
    tableSteps(plan).flatMap((step) => step.chains.map((chain) => ruleKey(step, chain.name, ''))),
  );
  const sample = new Map<string, Counters>();
  for (const { namespace, claims, counted = [] } of namespaces) {
    for (const { family, table, chains } of claims) {
      for (const { name, rules } of chains) {
        const place = { namespace, family, table };
        if (!changed.has(ruleKey(place, name, ''))) continue;
        for (const [text] of rules) sample.set(ruleKey(place, name, text), ['0', '0']);
      }
    }
    for (const [family, table, chain, text, packets] of counted) {
      const key = ruleKey({ namespace, family, table }, chain, text);
      if (sample.has(key)) sample.set(key, [packets, '0']);
    }
  }
  return sample;
}

/** Rules of equal text are added up, as the guards do. */
function countChain(table: Table): readonly (readonly [text: string, packets: string])[] {
  const place = { namespace: { kind: 'host' }, family: 'ipv4', table: table.name } as const;
  const sample = sampleCounters(place, table);
  return table.chains.flatMap(({ name, rules }) =>
    [...new Set(rules.map(({ text }) => text))].flatMap((text): (readonly [string, string])[] => {
      const packets = sample.get(ruleKey(place, name, text))?.[0] ?? '0';
      return packets === '0' ? [] : [[text, packets]];
    }),
  );
}
