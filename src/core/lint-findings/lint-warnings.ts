import type { DesiredState } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createLocator, linesOf } from '../diagnostics/locate.ts';
import type { Sources, Span } from '../diagnostics/span.ts';
import { createOrigin } from '../diff/origin.ts';
import type { Origin } from '../diff/types.ts';
import { LINT_RULES, type LintId } from '../packets/lint/types.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import { splitOrigin } from '../plan/view/placed.ts';
import { ruleTexts } from '../rule-text/rule-texts.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES } from '../rules/types.ts';
import type { LiveNamespace } from '../traffic/live-namespace.ts';
import { unusedSets } from './desired-facts.ts';
import { reasonText, subjectText } from './finding-text.ts';
import { applyIgnores } from './ignores.ts';
import { joined, lintFirewalls } from './lint-firewalls.ts';
import { planFirewalls } from './plan-firewalls.ts';
import type { LintFinding } from './types.ts';

/** Of one id: more say nothing that these do not. */
const MOST = 20;

/** What is told of the text of a state alone, and the findings that say the same of the same line. */
const ALIKE: Readonly<Partial<Record<Diagnostic['code'], readonly LintId[]>>> = {
  'state.duplicate-rule': ['FWL01', 'FWL02', 'FWL03', 'FWL07'],
  'state.unreachable-rule': ['FWL01', 'FWL02', 'FWL05', 'FWL07'],
  'state.unused-chain': ['FWL04'],
  'state.never-matches': ['FWL01', 'FWL05'],
};

export type LintedPlan = {
  readonly plan: Plan;
  /** What is live in its namespaces: rules there may name a set that those of the state do not. */
  readonly live: readonly LiveNamespace[];
  readonly desired: DesiredState;
  readonly sources: Sources;
};

/**
 * The warnings of a state with what is proved of the rules that a plan changes. Where one of the text names the line of a finding it stays in its place, and
 * goes where a comment silences the finding.
 */
export function withLint(
  warnings: readonly Diagnostic[],
  { plan, live, desired, sources }: LintedPlan,
): readonly Diagnostic[] {
  if (plan.steps.length === 0) return warnings;
  const locate = createLocator(sources);
  const originOf = createOrigin(locate);
  const { findings } = lintFirewalls(planFirewalls(plan, desired.namespaces, originOf));
  const placed = [...findings, ...joined(setFindings(plan, live, desired, originOf))].filter(({ origin }) =>
    isWritten(origin, sources),
  );
  const left = applyIgnores(placed, sources, false);
  const silenced = new Set(placed.filter((one) => !left.includes(one)));
  const lineOf = ({ span }: Diagnostic) => (span === undefined ? undefined : lineKey(originOf(span)));
  const isAlike = (warning: Diagnostic, { id, origin }: LintFinding) =>
    ALIKE[warning.code]?.includes(id) === true && lineOf(warning) === lineKey(origin);
  const kept = warnings.filter((warning) => ![...silenced].some((finding) => isAlike(warning, finding)));
  // Of those that are cut short any other may be one.
  const cut = new Set(kept.flatMap(({ code, span }) => (span === undefined ? (ALIKE[code] ?? []) : [])));
  const fresh = oncePerLine(left).filter(
    (finding) => !cut.has(finding.id) && !kept.some((warning) => isAlike(warning, finding)),
  );
  return [...kept, ...limited(fresh).map((finding) => diagnose(finding, sources)), ...cutShort(fresh)];
}

/** Rules of one line, and those of both families, differ in numbers alone. */
function oncePerLine(findings: readonly LintFinding[]): readonly LintFinding[] {
  const lines = new Map(
    findings.map((finding) => [`${finding.id} ${lineKey(finding.origin)}`, finding] as const).reverse(),
  );
  return findings.filter((finding) => lines.get(`${finding.id} ${lineKey(finding.origin)}`) === finding);
}

function isWritten(origin: Origin | null, sources: Sources): boolean {
  const file = splitOrigin(origin ?? undefined)?.file;
  return file !== undefined && sources.has(file);
}

/** Sets that the plan makes or fills, and that nothing names. */
function setFindings(
  plan: Plan,
  live: readonly LiveNamespace[],
  desired: DesiredState,
  originOf: (span: Span) => Origin,
): readonly LintFinding[] {
  const changed = new Set(
    setSteps(plan)
      .filter(({ headers }) => headers.after !== undefined)
      .map(({ set }) => set),
  );
  return desired.namespaces.flatMap((own) => {
    const sets = own.sets.filter(({ name }) => changed.has(name));
    if (sets.length === 0) return [];
    const label = namespaceLabel(own.namespace);
    const around = live.filter(({ namespace }) => namespaceLabel(namespace) === label);
    // Where rules are not known they may name any set.
    if (around.length === 0 || around.some(({ hidden, other }) => hidden.length > 0 || other !== undefined)) return [];
    const kept = around.flatMap(({ rulesets }) => FAMILIES.flatMap((family) => rulesets[family].tables));
    const made = tableSteps(plan).flatMap(({ namespace, after }) =>
      namespaceLabel(namespace) === label ? [after] : [],
    );
    return unusedSets(desired, own, ruleTexts([...kept, ...made]), originOf).filter(({ subject }) =>
      sets.some(({ declared }) => declared === subject),
    );
  });
}

function lineKey(origin: Origin | null): string {
  const source = splitOrigin(origin ?? undefined);
  return source === null ? '' : `${source.file} ${source.start.line}`;
}

function limited(findings: readonly LintFinding[]): readonly LintFinding[] {
  const counts = new Map<LintId, number>();
  return findings.filter(({ id }) => {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count <= MOST;
  });
}

function cutShort(findings: readonly LintFinding[]): readonly Diagnostic[] {
  return LINT_RULES.flatMap(({ id }): readonly Diagnostic[] => {
    const left = findings.filter((finding) => finding.id === id).length - MOST;
    if (left <= 0) return [];
    const message = `${left} more of this kind are not shown`;
    return [{ severity: 'warning', code: id, message, hint: 'fw lint shows all of them.' }];
  });
}

function diagnose(finding: LintFinding, sources: Sources): Diagnostic {
  const { id, origin } = finding;
  const span = spanOf(origin, sources);
  return {
    severity: 'warning',
    code: id,
    message: `${subjectText(finding)}: ${reasonText(finding)}`,
    ...(span === undefined ? {} : { span }),
    hint:
      id === 'FWL00'
        ? 'Take it out, or say why.'
        : `Take it out, or write \`# fw: ignore ${id} why it is meant\` behind it.`,
  };
}

/** The whole line: a finding knows no more of its place. */
function spanOf(origin: Origin | null, sources: Sources): Span | undefined {
  const source = splitOrigin(origin ?? undefined);
  const text = source === null ? undefined : sources.get(source.file);
  if (source === null || text === undefined) return undefined;
  const start = linesOf(sources, source.file).starts[source.start.line - 1] ?? 0;
  const line = text.slice(start).split('\n', 1)[0] ?? '';
  const indent = line.length - line.trimStart().length;
  return { file: source.file, start: start + indent, end: start + Math.max(line.trimEnd().length, indent + 1) };
}
