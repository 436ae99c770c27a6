import { describe, expect, test } from 'vitest';
import { printWords } from '../../../../src/core/rule-text/print-words.ts';

describe('printWords', () => {
  test('leaves ordinary words bare', () => {
    const text =
      '! -s 10.0.0.0/8 -p tcp -m multiport --dports 1:100,443 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
    expect(printWords(text.split(' '))).toBe(text);
  });

  test.each([
    ['x9_a-b', 'x9_a-b'],
    ['a b', '"a b"'],
    ['a.b', '"a.b"'],
    ["it's", '"it\\\'s"'],
    ['a"b\\', '"a\\"b\\\\"'],
    ['', '""'],
    ['é', '"é"'],
  ])('prints the comment %j as %s', (comment, printed) => {
    expect(printWords(['--comment', comment])).toBe(`--comment ${printed}`);
  });

  test('always quotes what iptables-save always quotes', () => {
    expect(printWords(['--string', "it's"])).toBe('--string "it\'s"');
  });

  test.each(['a\nb', 'a\tb', '\0', '\x7f', '\u0085', '\udc00'])('throws on %j', (word) => {
    expect(() => printWords(['--comment', word])).toThrow('A word of a rule contains');
  });
});
