import type { Origin } from '../diff/types.ts';
import type { Cause, LintId, LintOptions } from '../packets/lint/types.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { RulePlace } from '../packets/types/traffic.ts';
import type { Family } from '../rules/types.ts';
import type { FindOrigin } from '../traffic/rule-origins.ts';

/** One family of one namespace whose rules are judged. */
export type LintedFirewall = {
  readonly namespace: string;
  readonly family: Family;
  readonly firewall: Firewall | { readonly unknown: string };
  readonly find: FindOrigin;
  readonly options: LintOptions;
};

/** What was found, in all namespaces and families in which it is the same. */
export type LintFinding = {
  readonly id: LintId;
  /** A note is of the moment and may well be meant: `--strict` does not count it. */
  readonly level: 'warning' | 'note';
  readonly namespaces: readonly string[];
  readonly families: readonly Family[];
  /** A rule; a chain, which has no number; null for a set or a comment. */
  readonly place: RulePlace | null;
  /** Name of the set or of the interface, or the comment. */
  readonly subject: string | null;
  readonly causes: readonly Cause[];
  /** Further rules of which the same is so; for `FWL02` and `FWL06` those right behind. */
  readonly more: number;
  /** The generation since which a rule was not hit. */
  readonly since?: { readonly generation: number; readonly at: string; readonly days: number };
  /** `file:line`, where that is known. */
  readonly origin: Origin | null;
};

/** Rules of which nothing is said, and why. */
export type LintGap = {
  readonly namespaces: readonly string[];
  readonly families: readonly Family[];
  /** Where it is about one chain: from this rule on. */
  readonly place: { readonly table: string; readonly chain: string; readonly number: number } | null;
  readonly because: string;
};

export type LintResult = { readonly findings: readonly LintFinding[]; readonly gaps: readonly LintGap[] };
