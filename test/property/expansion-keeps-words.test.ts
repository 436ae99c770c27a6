import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lexRule } from '../../src/core/rule-text/lex.ts';
import { printWords } from '../../src/core/rule-text/print-words.ts';
import { findForbiddenCharacter } from '../../src/core/rules/forbidden-character.ts';
import type { Scope } from '../../src/core/state/as-written/value.ts';
import { readRule } from '../../src/core/state/rule/read-rule.ts';

const SEED = 20_240_917;
const SPAN = { file: 'f', start: 0, end: 0 };

/** Any character at all, and often those that mean something to a shell, to YAML, to iptables or to this program. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...' \t\n\r"\'\\-!$#{}[],;:/.',
        '--',
        '-j',
        '-A',
        'COMMIT',
        '\u0000',
        '\u001b',
        '\u0085',
        '\ud800',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Words of a rule; `$a` and `$b` stand in words of their own, inside others, and in quotes. */
const RULES = [
  '-m comment --comment $a -j LOG --log-prefix "x $b"',
  `-p tcp -m tcp --dport 1$a -m comment --comment "${'$'}{b}y" -j ACCEPT`,
  '-m string --algo bm --string "$a$b" -j DROP',
  '-i x$a -m comment --comment "$$ $a" -j $b',
];

function scopeOf(lists: Readonly<Record<string, readonly string[]>>): Scope {
  return new Map(
    Object.entries(lists).map(([name, texts]) => [
      name,
      { isList: true, span: SPAN, items: texts.map((one) => ({ text: one, span: SPAN })) },
    ]),
  );
}

describe('a value never becomes syntax', () => {
  test('an expanded rule has exactly the words that the template has, and its text is read back as these words', () => {
    let made = 0;
    fc.assert(
      fc.property(fc.constantFrom(...RULES), text, text, (rule, a, b) => {
        const template = lexRule(rule).words.map(({ value }) => value);
        const { rules } = readRule({ text: rule, span: SPAN, exact: false }, { values: scopeOf({ a: [a], b: [b] }) });
        for (const { versions } of rules) {
          for (const { words } of versions) {
            made += 1;
            const expected = template.map((word) =>
              word.replace(/\$\$|\$\{?([ab])\}?/g, (_, name?: string) =>
                name === undefined ? '$' : name === 'a' ? a : b,
              ),
            );
            expect(words).toEqual(expected);
            const printed = printWords(words);
            expect(findForbiddenCharacter(printed)).toBe(-1);
            expect(lexRule(printed)).toEqual({ words: expect.anything() });
            expect(lexRule(printed).words.map(({ value }) => value)).toEqual(expected);
            words.forEach((word, index) => {
              const before = template[index] ?? '';
              expect(word.startsWith('-')).toBe(before.startsWith('-'));
              expect(word === '!').toBe(false);
              expect(word).not.toBe('');
            });
          }
        }
      }),
      { seed: SEED, numRuns: 4_000 },
    );
    expect(made).toBeGreaterThan(500);
  });

  test('lists make one rule for each combination, none of them longer or shorter than the template', () => {
    const plain = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const lists = fc.uniqueArray(plain, { maxLength: 5 });
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const rule = '-i $a -m comment --comment "to $b" -o $b -j ACCEPT';
        const { rules, diagnostics } = readRule(
          { text: rule, span: SPAN, exact: false },
          { values: scopeOf({ a, b }) },
        );
        expect(diagnostics).toEqual([]);
        expect(rules.map(({ versions }) => versions[0]?.words)).toEqual(
          a.flatMap((one) =>
            b.map((other) => ['-i', one, '-m', 'comment', '--comment', `to ${other}`, '-o', other, '-j', 'ACCEPT']),
          ),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
