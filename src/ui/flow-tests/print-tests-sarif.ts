import { expectationText } from '../../core/flow-tests/explain.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { LIMITS } from '../../core/limits.ts';
import { splitOrigin } from '../../core/plan/view/placed.ts';
import { fingerprint } from '../../core/report/fingerprint.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { relativeUri, withoutLinks } from '../formats/print-sarif.ts';
import { cleanText } from '../text/clean-text.ts';
import { failureFacts, whereText } from './test-words.ts';

/** Ids of results are a contract: they never change their meaning. */
const RULES = [
  { id: 'fw/test-fails', text: 'A test of the state fails' },
  { id: 'fw/test-not-judged', text: 'A test of the state cannot be judged' },
] as const;

/** SARIF 2.1.0: a result for each expectation that is not met, at the line where it is written. Paths are relative to `base`, an absolute folder. */
export function printTestsSarif(
  results: readonly TestResult[],
  options: { readonly base: string; readonly version: string; readonly state: string },
): string {
  const open = results.filter(({ result }) => result.kind !== 'holds');
  const left = open.length - Math.min(open.length, LIMITS.sarifResults.most);
  const notification = { level: 'warning', message: { text: `${left} results are left out` } };
  const run = {
    tool: {
      driver: {
        name: 'fw',
        version: options.version,
        rules: RULES.map(({ id, text }) => ({
          id,
          shortDescription: { text },
          defaultConfiguration: { level: 'error' },
        })),
      },
    },
    invocations: [{ executionSuccessful: true, ...(left === 0 ? {} : { toolExecutionNotifications: [notification] }) }],
    columnKind: 'unicodeCodePoints',
    results: open.slice(0, LIMITS.sarifResults.most).map((one) => printResult(one, options)),
  };
  return `${jsonText({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] })}\n`;
}

function printResult(one: TestResult, { base, state }: { readonly base: string; readonly state: string }): object {
  const source = splitOrigin(one.origin);
  const title = `${expectationText(one)}${whereText(one)}`;
  const text = [title, ...failureFacts(one).map(([name, fact]) => `${name} ${fact}`.trim())];
  const hash = fingerprint([title]);
  return {
    ruleId: RULES[one.result.kind === 'fails' ? 0 : 1].id,
    level: 'error',
    message: { text: withoutLinks(text.map((line) => cleanText(line, true)).join('\n')) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: relativeUri(source?.file ?? state, base),
          region: { startLine: source?.start.line ?? 1 },
        },
      },
    ],
    partialFingerprints: { 'fwTest/v1': `${hash}:1`, primaryLocationLineHash: `${hash}:1` },
  };
}
