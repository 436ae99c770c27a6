import { expectationText } from '../../core/flow-tests/explain.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { xml } from '../formats/print-junit.ts';
import { failureFacts, whereText } from './test-words.ts';

/** JUnit XML: a test case for each expectation. One that is not judged is an error, which test reports count as a failure. */
export function printTestsJunit(about: string, results: readonly TestResult[], created: string): string {
  const count = (kind: TestResult['result']['kind']) => results.filter(({ result }) => result.kind === kind).length;
  const sums = `tests="${results.length}" failures="${count('fails')}" errors="${count('not-judged')}" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fw" ${sums} time="0">`,
    `  <testsuite name="${xml(`fw test ${about}`)}" ${sums} time="0" timestamp="${xml(created.slice(0, 19))}">`,
    ...results.map(printCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function printCase(one: TestResult): string {
  const group = `fw.test.${one.name ?? one.test}`;
  const open = `    <testcase classname="${xml(group)}" name="${xml(`${expectationText(one)}${whereText(one)}`)}" time="0"`;
  if (one.result.kind === 'holds') return `${open}/>`;
  const text = [one.origin, ...failureFacts(one).map(([name, fact]) => `${name} ${fact}`.trim())];
  const element = one.result.kind === 'fails' ? 'failure' : 'error';
  const message = text[1] ?? '';
  return `${open}><${element} type="${one.result.kind}" message="${xml(message)}">${xml(text.join('\n'))}</${element}></testcase>`;
}
