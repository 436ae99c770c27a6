import { BUILTIN, isBuiltin } from '../../../src/core/rules/builtin.ts';
import type { Backend, Counters, Family, Policy, TableName } from '../../../src/core/rules/types.ts';

export const ZERO: Counters = ['0', '0'];

export type LiveRule = {
  /** As iptables-save prints it behind `-A CHAIN `. */
  text: string;
  counters: Counters;
  /** A rule that was made with nft, in its words: iptables-save prints `text`, which is another rule. */
  readonly native?: string;
};

export type LiveChain = {
  policy?: Policy;
  counters: Counters;
  rules: LiveRule[];
  /** nft has a built-in chain only once something needed it. */
  isNeeded?: boolean;
};

/** A table as the kernel holds it. A table that exists has all its built-in chains. */
export type LiveTable = { readonly name: TableName; readonly chains: Map<string, LiveChain> };

/** Everything that a restore is about, apart from its text. */
export type Place = { readonly backend: Backend; readonly family: Family; readonly table: TableName };

export function pristine(name: TableName): LiveTable {
  return {
    name,
    chains: new Map(BUILTIN[name].map((chain) => [chain, { policy: 'ACCEPT', counters: ZERO, rules: [] }])),
  };
}

export function copyTable({ name, chains }: LiveTable): LiveTable {
  const copies = [...chains].map(
    ([chain, live]) => [chain, { ...live, rules: live.rules.map((rule) => ({ ...rule })) }] as const,
  );
  return { name, chains: new Map(copies) };
}

/** A table after a restore without `--noflush` has emptied it: legacy keeps the policies of chains that the text does not name. */
export function flushed(table: LiveTable, backend: Backend): LiveTable {
  const fresh = pristine(table.name);
  if (backend === 'nft') return fresh;
  for (const [name, chain] of fresh.chains) chain.policy = table.chains.get(name)?.policy ?? 'ACCEPT';
  return fresh;
}

/** Chains in the order of iptables-save: built-in ones by hook, then the others by bytes. */
export function chainsInOrder({ name, chains }: LiveTable): readonly (readonly [string, LiveChain])[] {
  const users = [...chains.keys()].filter((chain) => !isBuiltin(name, chain)).sort();
  return [...BUILTIN[name], ...users].map((chain) => [chain, chains.get(chain) as LiveChain]);
}
