import { expectationText, ruleName } from '../../core/flow-tests/explain.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { countTests } from '../../core/report/tests-document.ts';
import { type Page, withRemarks } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';
import { failureFacts, whereText } from './test-words.ts';

const WORDS = { holds: 'ok   ', fails: 'FAIL ', 'not-judged': '?    ' } as const;
const WIDTH = 10;

/** What came of the tests, for people: a line for each expectation, below it the packets and the rule where it is not met. */
export function printTests(page: Page, about: string, results: readonly TestResult[]): readonly string[] {
  return [...results.flatMap((one) => resultLines(page, one)), '', sumLine(results), `Tested: ${page.clean(about)}.`];
}

function resultLines(page: Page, one: TestResult): readonly string[] {
  const word = WORDS[one.result.kind];
  const text = page.clean(`${expectationText(one)}${whereText(one)}`);
  const [first, ...more] = one.result.kind === 'holds' ? one.result.by : [];
  const by =
    first === undefined ? one.origin : `${ruleName(first)}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  const painted = `${page.paint(one.result.kind === 'holds' ? 'good' : 'bad', word)} ${text}`;
  return [
    ...withRemarks(page, { plain: `${word} ${text}`, painted }, [page.clean(by)], 8),
    ...failureFacts(one).map(([name, fact]) => `        ${name.padEnd(WIDTH)} ${page.clean(fact)}`),
  ];
}

function sumLine(results: readonly TestResult[]): string {
  const { tests, expectations, hold, fail, not_judged } = countTests(results);
  const parts = [
    `${hold} ${hold === 1 ? 'holds' : 'hold'} for all packets`,
    ...(fail === 0 ? [] : [`${fail} ${fail === 1 ? 'fails' : 'fail'}`]),
    ...(not_judged === 0 ? [] : [`${not_judged} not judged`]),
  ];
  return `${quantity(tests, 'test')}, ${quantity(expectations, 'expectation')}: ${parts.join(', ')}.`;
}
