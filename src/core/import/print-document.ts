import { lexRule } from '../rule-text/lex.ts';
import { printWords } from '../rule-text/print-words.ts';
import type { Backend, Family, Policy, TableName } from '../rules/types.ts';
import type { ImportedRule } from './merge-rules.ts';
import { printScalar } from './print-sets.ts';

export type ImportedChain = {
  readonly name: string;
  readonly policy?: Policy;
  readonly rules: readonly ImportedRule[];
};
export type ImportedTable = { readonly name: TableName; readonly chains: readonly ImportedChain[] };

type ImportedDocument = {
  readonly namespace: string;
  /** Given only where it is not the backend that fw finds by itself. */
  readonly backend?: Backend;
  readonly family?: Family;
  readonly keep: readonly string[];
  /** Lines under `sets:`, its own included; none where there are no sets. */
  readonly sets: readonly string[];
  readonly tables: readonly ImportedTable[];
};

/** A state document as a person would write it. */
export function printDocument(document: ImportedDocument): string {
  const { namespace, backend, family, keep, sets, tables } = document;
  return [
    `namespace: ${printScalar(namespace)}`,
    ...(backend === undefined ? [] : [`backend: ${backend}`]),
    ...(family === undefined ? [] : [`family: ${family}`]),
    'ownership: exclusive',
    ...(keep.length === 0 ? [] : ['keep:', ...keep.map((glob) => `  - ${JSON.stringify(glob)}`)]),
    ...sets,
    ...(tables.length === 0 ? [] : ['tables:']),
    ...tables.flatMap((table) => [`  ${table.name}:`, ...table.chains.flatMap(printChain)]),
    '',
  ].join('\n');
}

function printChain({ name, policy, rules }: ImportedChain): readonly string[] {
  const key = printScalar(withDollars(name));
  if (policy === undefined || policy === 'ACCEPT') {
    return rules.length === 0
      ? [`    ${key}: []`]
      : [`    ${key}:`, ...rules.flatMap((rule) => printRule(rule, '      '))];
  }
  const list =
    rules.length === 0
      ? ['      rules: []']
      : ['      rules:', ...rules.flatMap((rule) => printRule(rule, '        '))];
  return [`    ${key}:`, `      policy: ${policy}`, ...list];
}

function printRule({ text, family }: ImportedRule, indent: string): readonly string[] {
  const { rule, comment } = splitComment(text);
  // A document has no rule without words; the kernel has the same rule for these.
  const written = rule === '' ? EVERYTHING : printScalar(withDollars(rule));
  if (comment === undefined && family === undefined) return [`${indent}- ${written}`];
  return [
    `${indent}- rule: ${written}`,
    ...(comment === undefined ? [] : [`${indent}  comment: ${printScalar(withDollars(comment))}`]),
    ...(family === undefined ? [] : [`${indent}  family: ${family}`]),
  ];
}

const EVERYTHING = '-p all';

/** A dollar begins a value's name in a document. */
function withDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** A rule's text without its comment, and the comment, where `comment:` in a document gives the same text back. */
function splitComment(text: string): { readonly rule: string; readonly comment?: string } {
  if (!text.includes('-m comment --comment ')) return { rule: text };
  const words = lexRule(text).words.map((word) => word.value);
  const at = words.findIndex(
    (word, index) => word === '-m' && words[index + 1] === 'comment' && words[index + 2] === '--comment',
  );
  const comment = words[at + 3];
  const rest = [...words.slice(0, at), ...words.slice(at + 4)];
  // `comment:` is put in front of the jump, or at the end when there is none.
  const isBeforeJump = at >= 0 && (rest[at] === '-j' || rest[at] === '-g' || at === rest.length);
  if (!isBeforeJump || comment === undefined || comment === '') return { rule: text };
  const again = printWords([...rest.slice(0, at), '-m', 'comment', '--comment', comment, ...rest.slice(at)]);
  return again === text && rest.length > 0 ? { rule: printWords(rest), comment } : { rule: text };
}
