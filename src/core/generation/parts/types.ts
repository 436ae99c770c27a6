import type { Backend, Family, Namespace, TableName } from '../../rules/types.ts';
import type { KeptSet } from '../../sets/ipset/types.ts';
import type { Generation, GenerationClaim, KeptState } from '../types.ts';

/** Lines of text in order: themselves where they are few, else the names of the blocks that hold them. */
export type LinesInParts = readonly string[] | { readonly blocks: readonly string[] };

type ChainInParts = Omit<GenerationClaim['chains'][number], 'rules'> & { readonly rules: LinesInParts };

type ClaimInParts = Omit<GenerationClaim, 'chains'> & { readonly chains: readonly ChainInParts[] };

type SetInParts = Omit<KeptSet, 'entries'> & { readonly entries?: LinesInParts };

/** What one state declares in a namespace, without what may differ although nothing was declared anew: the places of rules, and what they had matched. */
export type DeclaredPart = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly owners: readonly string[];
  readonly claims: readonly ClaimInParts[];
  readonly sets?: readonly SetInParts[];
};

/**
 * Origins of so many rules that follow each other: none of them has one, all have the same, or the last number of the first one grows by `step` from rule to rule. Most rules stand
 * in lines that follow each other, and a line more above them changes one number.
 */
export type OriginRun =
  | readonly [count: number]
  | readonly [count: number, origin: string]
  | readonly [count: number, first: string, step: number];

/** Rules of one chain that had matched packets: each by its position among the declared rules of the chain, or by its text where it is none of them. */
export type CountedRun = readonly [
  family: Family,
  table: TableName,
  chain: string,
  rules: readonly (readonly [rule: number | string, packets: string])[],
];

type NamespaceInParts = {
  /** The part, or its name where others may have the same. */
  readonly declared: DeclaredPart | string;
  /** Of all its rules, in the order of the claims. */
  readonly origins: readonly OriginRun[];
  /** Rules with an id, by their number among all rules of the namespace. Absent where none has one. */
  readonly ids?: readonly (readonly [rule: number, id: string])[];
  readonly counted?: readonly CountedRun[];
};

/** The file of a generation that has parts in common with others. Parts are named by the sha256 of their text. */
export type GenerationInParts = Omit<Generation, 'version' | 'states' | 'namespaces'> & {
  readonly version: 3;
  readonly states: readonly (Omit<KeptState, 'namespaces'> & { readonly namespaces: readonly NamespaceInParts[] })[];
  /** Names of all parts that it needs. */
  readonly parts: readonly string[];
};
