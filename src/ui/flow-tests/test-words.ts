import type { TestResult } from '../../core/flow-tests/types.ts';
import type { Outcome, RulePlace } from '../../core/packets/types/traffic.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { nameList } from '../text/name-list.ts';
import { flowText } from '../traffic/flow-text.ts';

/** Flows of a failure that are shown. */
const SHOWN = 5;

const WAYS = { INPUT: '', FORWARD: ' through host', OUTPUT: ' from host' } as const;

/** An expectation in one line that is not cleaned yet: `ssh from the office: deny tcp !198.51.100.0/24 -> port 22`. */
export function expectationText({ name, test, kind, flow, path }: TestResult): string {
  const way = / (?:to|through|from) host(?: |$)/.test(flow) ? '' : WAYS[path];
  return `${name ?? `test ${test}`}: ${kind} ${flow}${way}`;
}

/** `filter fw-INPUT 3`, `policy of filter INPUT`. */
export function ruleName({ table, chain, number }: RulePlace): string {
  return number === undefined ? `policy of ${table} ${chain}` : `${table} ${chain} ${number}`;
}

/** Why an expectation is not met, each fact with a word in front; empty where it is met. */
export function failureFacts({ result }: TestResult): readonly (readonly [word: string, fact: string])[] {
  if (result.kind === 'holds') return [];
  if (result.kind === 'not-judged') return [['not judged', result.because]];
  const { flows, more, outcome, example } = result;
  const shown = flows.slice(0, SHOWN);
  const left = more + flows.length - shown.length;
  return [
    ...shown.map((flow) => [verdictWord(outcome), flowText(flow)] as const),
    ...(left === 0 ? [] : [['', `and ${left} more ${left === 1 ? 'flow' : 'flows'}`] as const]),
    [
      'by',
      `${ruleName(outcome.by)}  ${outcome.by.text}${outcome.by.origin === undefined ? '' : `  ${outcome.by.origin}`}`,
    ],
    ...(example === undefined
      ? []
      : [
          [
            'example',
            ['fw', 'trace', ...example].map((word) => (word.startsWith('--') ? word : shellWord(word))).join(' '),
          ] as const,
        ]),
  ];
}

function verdictWord({ verdict, detail }: Outcome): string {
  switch (verdict) {
    case 'accept':
      return 'accepted';
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

/** Where an expectation is about less than the host in all its families: ` in edge`, ` (IPv6)`. */
export function whereText({ namespaces, families }: TestResult): string {
  const place = namespaces.length === 1 && namespaces[0] === 'host' ? '' : ` in ${nameList(namespaces)}`;
  const [only, ...more] = families;
  return `${place}${only === undefined || more.length > 0 ? '' : ` (${only === 'ipv4' ? 'IPv4' : 'IPv6'})`}`;
}
