import type { Family, TableName } from '../../src/core/rules/types.ts';
import { MATCH_CASES } from './extension-matches.ts';
import { TARGET_CASES } from './extension-targets.ts';

/** Rules that together name every option of one extension, in spellings that iptables-save does not use. */
export type ExtensionCase = ({ readonly match: string } | { readonly target: string }) & {
  readonly place: `${TableName} ${string}`;
  /** Rules for both families, and for one. */
  readonly both?: readonly string[];
  readonly ipv4?: readonly string[];
  readonly ipv6?: readonly string[];
};

/** Targets come first: rateest reads the estimators that RATEEST makes. */
export const EXTENSION_CASES: readonly ExtensionCase[] = [...TARGET_CASES, ...MATCH_CASES];

export function rulesOf(one: ExtensionCase, family: Family): readonly string[] {
  return [...(one.both ?? []), ...(one[family] ?? [])];
}
