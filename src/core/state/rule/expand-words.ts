import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { GivenValue } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { Word } from '../../rule-text/lex.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import { type Instance, textOf } from '../as-written/rule-instance.ts';
import type { Scope, Value } from '../as-written/value.ts';
import type { WrittenRule } from '../as-written/written.ts';
import { type Reference, splitReferences, unknownValue } from '../values/references.ts';
import { quote } from '../yaml/quote.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { TEXT_OPTIONS } from './rule-options.ts';

const LONGEST_WORD = LIMITS.word.most;

const MOST_INSTANCES = LIMITS.instances.most;

export type Expanded = {
  readonly instances: readonly Instance[];
  /** Indexes of the words that each list stands in. */
  readonly lists: ReadonlyMap<string, readonly number[]>;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Replaces `$name` and `${name}` inside the words of a rule, and `$$` by a dollar. It works on words that are already cut, so a value
 * can never add a word, an option or a line. A list gives one instance for each of its items, two lists one for each pair: the list
 * that stands first in the rule changes slowest.
 */
export function expandWords(rule: WrittenRule, words: readonly Word[], scope: Scope): Expanded {
  if (words.every(({ value }) => !value.includes('$'))) {
    return { instances: [{ words, bound: [] }], lists: new Map(), diagnostics: [] };
  }
  const diagnostics: Diagnostic[] = [];
  const values = new Map<string, Value>();
  const lists = new Map<string, number[]>();
  const split = words.map((word, index) => {
    const pieces = splitReferences(word.value);
    const references = pieces.filter((piece) => typeof piece !== 'string');
    const last = words[index - 1]?.value ?? '';
    if (references.length > 0 && word.value.startsWith('-') && !TEXT_OPTIONS.has(last)) {
      diagnostics.push(inOption(rule, word));
      return pieces;
    }
    for (const reference of references) {
      const value = reference.name === undefined ? undefined : scope.get(reference.name);
      if (reference.name === undefined || value === undefined) {
        diagnostics.push(unknownValue(reference.name, placeOf(rule, word, reference), scope));
        continue;
      }
      values.set(reference.name, value);
      if (value.isList) lists.set(reference.name, [...(lists.get(reference.name) ?? []), index]);
    }
    return pieces;
  });
  if (diagnostics.length > 0) return { instances: [], lists, diagnostics };
  const count = [...values.values()].reduce((product, value) => product * value.items.length, 1);
  if (count > MOST_INSTANCES) return { instances: [], lists, diagnostics: [tooMany(rule, count)] };
  const choices = chooseItems([...values]);
  const instances = choices.map(
    (bound): Instance => ({ bound, words: words.map((word, index) => fill(word, split[index] ?? [], bound)) }),
  );
  const found = instances.flatMap((instance) => checkExpanded(rule, words, instance));
  return { instances: found.length > 0 ? [] : instances, lists, diagnostics: found };
}

function chooseItems(values: readonly (readonly [string, Value])[]): readonly Instance['bound'][] {
  let choices: readonly Instance['bound'][] = [[]];
  for (const [name, { items }] of values) {
    const named = items.map(({ text, span }): GivenValue => ({ name, text, span }));
    choices = choices.flatMap((choice) => named.map((value) => [...choice, value]));
  }
  return choices;
}

function fill(word: Word, pieces: readonly (string | Reference)[], bound: Instance['bound']): Word {
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'string') return only === word.value ? word : { ...word, value: only };
  const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : (textOf(bound, piece.name) ?? '')));
  return { ...word, value: texts.join('') };
}

/** Inside quotes a backslash may shift what follows; then the reference is looked for. */
function placeOf(rule: WrittenRule, word: Word, { start, end }: Reference): Diagnostic['span'] & object {
  const text = word.value.slice(start, end);
  const at = word.quoted ? rule.text.indexOf(text, word.start) : word.start + start;
  const isInside = at >= 0 && at < word.end;
  return innerSpan(rule, isInside ? at : word.start, isInside ? at + text.length : word.end);
}

function inOption(rule: WrittenRule, word: Word): Diagnostic {
  return {
    severity: 'error',
    code: 'state.value',
    message: 'A value cannot be part of an option',
    span: innerSpan(rule, word.start, word.end),
    hint: 'Write the option out; `when:` chooses between rules.',
  };
}

function tooMany(rule: WrittenRule, count: number): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: `The lists of this rule make ${count} rules of it, and ${MOST_INSTANCES} are the most`,
    span: rule.span,
    hint: 'Put long lists of addresses into an ipset.',
  };
}

/** What a value may not make of a word: an option, a negation, nothing, or something that would not be one word in restore text. */
function checkExpanded(rule: WrittenRule, written: readonly Word[], { words, bound }: Instance): readonly Diagnostic[] {
  return words.flatMap((word, index) => {
    const before = written[index];
    if (before === undefined || before.value === word.value) return [];
    const why = findFault(before.value, word.value);
    if (why === undefined) return [];
    const related = splitReferences(before.value).flatMap((piece) => {
      const item = typeof piece === 'string' ? undefined : bound.find((value) => value.name === piece.name);
      return item === undefined || typeof piece === 'string'
        ? []
        : [{ message: `\`$${piece.name}\` is ${item.text === '' ? 'empty' : quote(item.text)}`, span: item.span }];
    });
    return [
      {
        severity: 'error',
        code: 'state.value',
        message: `With ${related.length === 1 ? 'its value' : 'its values'} this word ${why}`,
        span: innerSpan(rule, before.start, before.end),
        related,
        hint: 'A value stands inside one word; options, negations and further words are written in the rule.',
      },
    ];
  });
}

function findFault(before: string, after: string): string | undefined {
  if (after === '') return 'is empty';
  if (after.startsWith('-') && !before.startsWith('-')) return `becomes ${quote(after)}, which begins like an option`;
  if (after === '!') return 'becomes a negation';
  const forbidden = findForbiddenCharacter(after);
  if (forbidden >= 0) return `contains ${nameCharacter(after, forbidden)}`;
  return byteLength(after) > LONGEST_WORD ? `is longer than ${LONGEST_WORD} bytes` : undefined;
}
