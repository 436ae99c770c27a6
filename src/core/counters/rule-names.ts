import type { Generation } from '../generation/types.ts';
import { commentOf } from '../rule-text/comment-of.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { type CounterRow, rowKey } from './types.ts';

/** What states call their rules, by `rowKey`: the ids of generations. Of several that have a rule the last one in the list decides. */
export type RuleIds = ReadonlyMap<string, string>;

export function idsIn(generations: readonly Pick<Generation, 'namespaces'>[]): RuleIds {
  const ids = new Map<string, string>();
  for (const { namespaces } of generations) {
    for (const { namespace, claims } of namespaces) {
      const label = namespaceLabel(namespace);
      for (const { family, table, chains } of claims) {
        for (const { name: chain, rules } of chains) {
          for (const [text, , id] of rules) {
            if (id !== undefined) ids.set(rowKey({ namespace: label, family, table, chain, text }), id);
          }
        }
      }
    }
  }
  return ids;
}

/** The name under which a rule is counted whatever its place and its text: its id, else its comment. Empty for a rule without either. */
export function ruleName(
  row: Pick<CounterRow, 'namespace' | 'family' | 'table' | 'chain' | 'text'>,
  ids: RuleIds,
): string {
  return ids.get(rowKey(row)) ?? commentOf(row.text) ?? '';
}
