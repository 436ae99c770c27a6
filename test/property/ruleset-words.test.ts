import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lexRule } from '../../src/core/rule-text/lex.ts';
import { printWords } from '../../src/core/rule-text/print-words.ts';
import { findForbiddenCharacter } from '../../src/core/rules/forbidden-character.ts';

const AWKWARD = ['"', "'", '\\', ' ', '-', '!', '#', '$', '[', ']', ',', 'a', '0', 'é', '😀', '--comment', '--string'];

const word = fc.oneof(
  fc.array(fc.constantFrom(...AWKWARD), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom('--comment', '--string', '--log-prefix', '-j'),
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => findForbiddenCharacter(text) < 0),
);

test('printed words are lexed back as they were', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const lexed = lexRule(printWords(words));
      expect(lexed.problem).toBeUndefined();
      expect(lexed.words.map(({ value }) => value)).toEqual(words);
    }),
    { seed: 20260, numRuns: 2000 },
  );
});

test('lexing ends with words or a problem, and every span is in the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const { words, problem } = lexRule(text);
      let at = 0;
      for (const { start, end } of problem === undefined ? words : [...words, problem]) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      expect(at).toBeLessThanOrEqual(text.length);
    }),
    { seed: 20261, numRuns: 2000 },
  );
});
