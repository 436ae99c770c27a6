import { expectationText, ruleName } from '../../core/flow-tests/explain.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { cleanText } from '../text/clean-text.ts';
import { failureFacts, whereText } from './test-words.ts';

/** TAP version 13: a line for each expectation, and why one is not met as YAML below it. */
export function printTap(results: readonly TestResult[]): string {
  const lines = results.flatMap((one, index) => [
    `${one.result.kind === 'holds' ? 'ok' : 'not ok'} ${index + 1} - ${title(one)}`,
    ...(one.result.kind === 'holds' ? [] : reason(one)),
  ]);
  return [`TAP version 13`, `1..${results.length}`, ...lines, ''].join('\n');
}

/** A `#` would begin a directive: a test called `x # SKIP` would be one that is left out. */
function title(one: TestResult): string {
  const by = one.result.kind === 'holds' ? one.result.by.map(ruleName).slice(0, 1) : [];
  const text = `${expectationText(one)}${whereText(one)}${by.map((name) => ` [${name}]`).join('')}`;
  return cleanText(text, true).replace(/[\\#]/g, '\\$&');
}

function reason(one: TestResult): readonly string[] {
  const facts = failureFacts(one).map(([name, fact]) => `${name} ${fact}`.trim());
  const values = [`at: ${quoted(one.origin)}`, 'facts:', ...facts.map((fact) => `  - ${quoted(fact)}`)];
  return ['---', ...values, '...'].map((line) => `  ${line}`);
}

/** A double-quoted scalar of YAML is written as a string of JSON is. */
function quoted(text: string): string {
  return JSON.stringify(cleanText(text, true));
}
