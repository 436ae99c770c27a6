import { describe, expect, test } from 'vitest';
import { lexRule } from '../../../../src/core/rule-text/lex.ts';

function values(text: string): readonly string[] {
  const { words, problem } = lexRule(text);
  expect(problem).toBeUndefined();
  return words.map((word) => word.value);
}

describe('lexRule', () => {
  test.each([
    ['', []],
    [' \t ', []],
    ['-p tcp  -j\tDROP ', ['-p', 'tcp', '-j', 'DROP']],
    ['--comment "a b"', ['--comment', 'a b']],
    ['a"b c"', ['ab c']],
    ['"a"b', ['a', 'b']],
    ['a""b', ['a', 'b']],
    ['""-j DROP', ['', '-j', 'DROP']],
    ['"" ""', ['', '']],
    ["'a b'", ["'a", "b'"]],
    ['a\\b', ['a\\b']],
    ['a\\"b c"', ['a\\b c']],
    ['"a\\b"', ['ab']],
    ['"a\\"b"', ['a"b']],
    ['"a\\\\" -j', ['a\\', '-j']],
    ['"\\😀é" ü', ['😀é', 'ü']],
    ['a\u00a0b', ['a\u00a0b']],
  ])('cuts %j into %j', (text, words) => {
    expect(values(text)).toEqual(words);
  });

  test('gives offsets that take in the quotes, and tells which words were quoted', () => {
    expect(lexRule(' -p x"a\\"b"c').words).toEqual([
      { value: '-p', start: 1, end: 3, quoted: false },
      { value: 'xa"b', start: 4, end: 11, quoted: true },
      { value: 'c', start: 11, end: 12, quoted: false },
    ]);
  });

  test.each([
    ['-j DROP\n-A INPUT', 'The rule contains a line feed', 7],
    ['-j "a\nb"', 'The rule contains a line feed', 5],
    ['-j DROP\r', 'The rule contains a carriage return', 7],
    ['x\0y', 'The rule contains a NUL character', 1],
    ['"a\tb"', 'The rule contains a tab', 2],
    ['a\u009bb', 'The rule contains the character U+009B', 1],
    ['a\ud83d b', 'The rule contains the character U+D83D', 1],
    ['"a\nb', 'The rule contains a line feed', 2],
  ])('refuses %j', (text, message, start) => {
    expect(lexRule(text).problem).toEqual({ message, start, end: start + 1 });
  });

  test('refuses an open quote and keeps the words before it', () => {
    const { words, problem } = lexRule('-m comment x"a\\"');
    expect(words.map((word) => word.value)).toEqual(['-m', 'comment']);
    expect(problem).toEqual({ message: 'A double quote is not closed', start: 12, end: 16 });
  });

  test('refuses a word over 1023 bytes', () => {
    expect(lexRule('é'.repeat(511)).problem).toBeUndefined();
    expect(lexRule(`-j ${'é'.repeat(512)}`).problem).toMatchObject({ start: 3, end: 515 });
  });

  test('refuses a rule whose tail restore would take for another line', () => {
    const text = `-j DROP${' '.repeat(10_232)}-A INPUT -j ACCEPT`;
    expect(lexRule(text).problem?.message).toContain('longer than 10000 bytes');
  });
});
