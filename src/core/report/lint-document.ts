import { reasonText } from '../lint-findings/finding-text.ts';
import type { LintFinding, LintGap } from '../lint-findings/types.ts';
import { LINT_RULES, type LintId } from '../packets/lint/types.ts';
import type { RulePlace } from '../packets/types/traffic.ts';
import { splitOrigin } from '../plan/view/placed.ts';
import type { Family } from '../rules/types.ts';
import type { RuleDocument } from './tests-document.ts';
import type { PlacedDiagnostic, Source } from './types.ts';

export type FindingDocument = {
  readonly id: LintId;
  /** Of the id: `shadowed`. */
  readonly name: string;
  /** A note is of the moment and may well be meant. */
  readonly level: 'warning' | 'note';
  readonly namespaces: readonly string[];
  readonly families: readonly Family[];
  /** The rule, or a chain, whose `number` is null. Null for a set and for a comment. */
  readonly rule: RuleDocument | null;
  /** Name of the set or of the interface, or the comment. */
  readonly subject: string | null;
  readonly message: string;
  /** The rules that it is because of. `differs`: with another verdict; null where the two cannot be compared. */
  readonly causes: readonly (RuleDocument & { readonly differs: boolean | null })[];
  /** Further rules of which the same is so. */
  readonly more: number;
  /** The generation since which a rule was not hit. */
  readonly since: { readonly generation: number; readonly at: string; readonly days: number } | null;
  readonly source: Source | null;
};

export type LintDocument = {
  readonly format_version: '1.0';
  readonly kind: 'lint';
  readonly fw_version: string;
  readonly about: string;
  readonly findings: readonly FindingDocument[];
  /** Rules of which nothing is said, and why. */
  readonly not_judged: readonly LintGap[];
  readonly diagnostics: readonly PlacedDiagnostic[];
};

/** `fw lint --json`. */
export function lintDocument(
  run: { readonly about: string; readonly findings: readonly LintFinding[]; readonly gaps: readonly LintGap[] },
  diagnostics: readonly PlacedDiagnostic[],
  fwVersion: string,
): LintDocument {
  return {
    format_version: '1.0',
    kind: 'lint',
    fw_version: fwVersion,
    about: run.about,
    findings: run.findings.map(findingDocument),
    not_judged: run.gaps,
    diagnostics,
  };
}

/** What an id stands for, in a word or two. */
export function lintName(id: LintId): string {
  return LINT_RULES.find((one) => one.id === id)?.name ?? id;
}

function findingDocument(finding: LintFinding): FindingDocument {
  const { id, level, namespaces, families, place, subject, causes, more, since, origin } = finding;
  return {
    id,
    name: lintName(id),
    level,
    namespaces,
    families,
    rule: place === null ? null : ruleDocument({ ...place, ...(origin === null ? {} : { origin }) }),
    subject,
    message: reasonText(finding),
    causes: causes.map((cause) => ({ ...ruleDocument(cause), differs: cause.differs ?? null })),
    more,
    since: since ?? null,
    source: splitOrigin(origin ?? undefined),
  };
}

function ruleDocument({ table, chain, number, text, origin }: RulePlace): RuleDocument {
  return { table, chain, number: number ?? null, text, source: splitOrigin(origin) };
}
