import { decidingText, traceCommand, verdictWord } from '../../core/flow-tests/explain.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { nameList } from '../text/name-list.ts';
import { flowText } from '../traffic/flow-text.ts';

/** Flows of a failure that are shown. */
const SHOWN = 5;

/** Why an expectation is not met, each fact with a word in front; empty where it is met. */
export function failureFacts({ result, namespaces }: TestResult): readonly (readonly [word: string, fact: string])[] {
  if (result.kind === 'holds') return [];
  if (result.kind === 'not-judged') return [['not judged', result.because]];
  const { flows, more, outcome, example } = result;
  const shown = flows.slice(0, SHOWN);
  const left = more + flows.length - shown.length;
  return [
    ...shown.map((flow) => [verdictWord(outcome), flowText(flow)] as const),
    ...(left === 0 ? [] : [['', `and ${left} more ${left === 1 ? 'flow' : 'flows'}`] as const]),
    ['by', decidingText(outcome)],
    ...(example === undefined ? [] : [['example', traceCommand(example, namespaces)] as const]),
  ];
}

/** Where an expectation is about less than the host in all its families: ` in edge`, ` (IPv6)`. */
export function whereText({ namespaces, families }: TestResult): string {
  const place = namespaces.length === 1 && namespaces[0] === 'host' ? '' : ` in ${nameList(namespaces)}`;
  const [only, ...more] = families;
  return `${place}${only === undefined || more.length > 0 ? '' : ` (${only === 'ipv4' ? 'IPv4' : 'IPv6'})`}`;
}
