import type { Outcome, RulePlace } from '../packets/types/traffic.ts';
import { shellWord } from '../text/shell-word.ts';
import type { TestResult } from './types.ts';

const WAYS = { INPUT: '', FORWARD: ' through host', OUTPUT: ' from host' } as const;

/** An expectation in one line: `ssh from the office: deny tcp !198.51.100.0/24 -> port 22`. As all here it is not cleaned. */
export function expectationText({ name, test, kind, flow, path }: TestResult): string {
  const way = / (?:to|through|from) host(?: |$)/.test(flow) ? '' : WAYS[path];
  return `${name ?? `test ${test}`}: ${kind} ${flow}${way}`;
}

/** `filter fw-INPUT 3`, `policy of filter INPUT`. */
export function ruleName({ table, chain, number }: RulePlace): string {
  return number === undefined ? `policy of ${table} ${chain}` : `${table} ${chain} ${number}`;
}

/** The rule that decides otherwise, with its place. */
export function decidingText({ by }: Outcome): string {
  return `${ruleName(by)}  ${by.text}${by.origin === undefined ? '' : `  ${by.origin}`}`;
}

/** What becomes of the packets for which an expectation fails. */
export function verdictWord({ verdict, detail, to, from }: Outcome): string {
  switch (verdict) {
    case 'accept':
      return [
        'accepted',
        ...(detail === undefined ? [] : [`with ${detail}`]),
        ...(to === undefined ? [] : [`sent to ${to} instead`]),
        ...(from === undefined ? [] : [`sent as from ${from}`]),
      ].join(', ');
    case 'drop':
      return 'dropped';
    case 'reject':
      return 'rejected';
    case 'queue':
      return `handed to ${detail ?? 'a queue'}`;
    case 'unknown':
      return 'not known';
    default:
      return verdict satisfies never;
  }
}

/** The words of a command that follows one of the packets, where it was tested: in the first of the namespaces. */
export function traceWords(example: readonly string[], [namespace = 'host']: readonly string[]): readonly string[] {
  return ['fw', 'trace', ...example, ...(namespace === 'host' ? [] : ['--namespace', namespace])];
}

/** The same as a line for a shell. */
export function traceCommand(example: readonly string[], namespaces: readonly string[]): string {
  return traceWords(example, namespaces)
    .map((word) => (word.startsWith('--') ? word : shellWord(word)))
    .join(' ');
}

/** Why an expectation is not met, a fact a line; empty where it is met. */
export function explainOutcome({ result, namespaces }: Pick<TestResult, 'result' | 'namespaces'>): readonly string[] {
  switch (result.kind) {
    case 'holds':
      return [];
    case 'not-judged':
      return [`not judged: ${result.because}`];
    case 'fails': {
      const { outcome, example } = result;
      const by = `packets are ${verdictWord(outcome)} by ${decidingText(outcome)}`;
      return [by, ...(example === undefined ? [] : [`one of them: ${traceCommand(example, namespaces)}`])];
    }
    default:
      return result satisfies never;
  }
}
