import { LIMITS } from '../../core/limits.ts';
import { gapText, reasonText, subjectText } from '../../core/lint-findings/finding-text.ts';
import type { LintFinding, LintGap } from '../../core/lint-findings/types.ts';
import { LINT_RULES } from '../../core/packets/lint/types.ts';
import { splitOrigin } from '../../core/plan/view/placed.ts';
import { fingerprint } from '../../core/report/fingerprint.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { relativeUri, withoutLinks } from '../formats/print-sarif.ts';
import { cleanText } from '../text/clean-text.ts';

/** SARIF 2.1.0: a result for each finding, at the line where the rule is written. Paths are relative to `base`, an absolute folder. */
export function printLintSarif(
  { findings, gaps }: { readonly findings: readonly LintFinding[]; readonly gaps: readonly LintGap[] },
  options: { readonly base: string; readonly version: string; readonly state: string },
): string {
  const shown = findings.slice(0, LIMITS.sarifResults.most);
  const left = findings.length - shown.length;
  const notes = [...gaps.map(gapText), ...(left === 0 ? [] : [`${left} results are left out`])];
  const notifications = notes.map((text) => ({
    level: 'warning',
    message: { text: withoutLinks(cleanText(text, true)) },
  }));
  const run = {
    tool: {
      driver: {
        name: 'fw',
        version: options.version,
        rules: LINT_RULES.map(({ id, text }) => ({
          id,
          shortDescription: { text },
          defaultConfiguration: { level: 'warning' },
        })),
      },
    },
    invocations: [
      {
        executionSuccessful: true,
        ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
      },
    ],
    columnKind: 'unicodeCodePoints',
    results: shown.map((finding) => printResult(finding, options)),
  };
  return `${jsonText({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] })}\n`;
}

function printResult(finding: LintFinding, { base, state }: { readonly base: string; readonly state: string }): object {
  const source = splitOrigin(finding.origin ?? undefined);
  const subject = subjectText(finding);
  const text = `${subject}: ${reasonText(finding)}`;
  const hash = fingerprint([
    finding.id,
    finding.namespaces.join(),
    finding.families.join(),
    subject,
    finding.place?.text ?? '',
  ]);
  return {
    ruleId: finding.id,
    level: finding.level,
    message: { text: withoutLinks(cleanText(text, true)) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: relativeUri(source?.file ?? state, base),
          region: { startLine: source?.start.line ?? 1 },
        },
      },
    ],
    partialFingerprints: { 'fwLint/v1': `${hash}:1`, primaryLocationLineHash: `${hash}:1` },
  };
}
