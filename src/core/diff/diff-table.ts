import { BUILTIN } from '../rules/builtin.ts';
import type { Chain, Rule, Table, TableName } from '../rules/types.ts';
import { longestCommonSubsequence } from './lcs.ts';
import type { ChainDiff, TableDiff } from './types.ts';

/**
 * What differs between two states of one table. A missing table, and a built-in chain that a table leaves out, is pristine: no rules, policy
 * ACCEPT. Counters never make a difference. Chains that are equal do not appear; `kept` counts from 0.
 */
export function diffTable(name: TableName, before: Table | undefined, after: Table | undefined): TableDiff {
  const old = chainsByName(name, before);
  const fresh = chainsByName(name, after);
  const chains: ChainDiff[] = [];
  for (const chain of chainNames(name, old, fresh)) {
    const diff = diffChain(chain, old.get(chain), fresh.get(chain));
    if (diff !== undefined) chains.push(diff);
  }
  return { name, chains };
}

function chainsByName(name: TableName, table: Table | undefined): ReadonlyMap<string, Chain> {
  const chains = new Map<string, Chain>();
  for (const builtin of BUILTIN[name]) chains.set(builtin, { name: builtin, policy: 'ACCEPT', rules: [] });
  for (const chain of table?.chains ?? []) chains.set(chain.name, chain);
  return chains;
}

/** Built-in chains in hook order, then all others by name, as iptables-save orders them. */
function chainNames(
  name: TableName,
  old: ReadonlyMap<string, Chain>,
  fresh: ReadonlyMap<string, Chain>,
): readonly string[] {
  const builtin = new Set(BUILTIN[name]);
  const others = new Set([...old.keys(), ...fresh.keys()].filter((chain) => !builtin.has(chain)));
  return [...builtin, ...[...others].sort()];
}

function diffChain(name: string, before: Chain | undefined, after: Chain | undefined): ChainDiff | undefined {
  if (before === undefined) return after === undefined ? undefined : { name, after, kept: [] };
  if (after === undefined) return { name, before, kept: [] };
  if (before.policy === after.policy && haveEqualTexts(before.rules, after.rules)) return undefined;
  return { name, before, after, kept: keptRules(before.rules, after.rules) };
}

function haveEqualTexts(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a.length === b.length && a.every((rule, index) => rule.text === b[index]?.text);
}

function keptRules(before: readonly Rule[], after: readonly Rule[]): ChainDiff['kept'] {
  const numbers = new Map<string, number>();
  const intern = (rule: Rule): number => {
    const known = numbers.get(rule.text);
    if (known !== undefined) return known;
    numbers.set(rule.text, numbers.size);
    return numbers.size - 1;
  };
  return longestCommonSubsequence(before.map(intern), after.map(intern));
}
