import { describe, expect, it } from 'vitest';
import { diffWords } from '../../../../src/core/diff/word-diff.ts';

describe('diffWords', () => {
  it.each([
    ['-p tcp --dport 22 -j ACCEPT', '-p tcp --dport 2222 -j ACCEPT', '--dport 22 -> 2222'],
    ['-s 10.0.0.0/8 -j ACCEPT', '-s 10.0.0.0/8 -j DROP', '-j ACCEPT -> DROP'],
    ['-j ACCEPT', '-i eth0 -j ACCEPT', 'with -i eth0'],
    ['-i eth0 -j ACCEPT', '-j ACCEPT', 'without -i eth0'],
    ['-s 10.0.0.0/8 -j DROP', '! -s 10.0.0.0/8 -j DROP', 'with ! -s'],
    ['-p tcp -m tcp --dport 1', '-p udp -m udp --dport 1', '-p tcp -> udp, -m tcp -> udp'],
    ['-m set --match-set a src -j DROP', '-m set --match-set a dst -j DROP', '--match-set src -> dst'],
    ['-m comment --comment "a b"', '-m comment --comment "a c"', '--comment "a b" -> "a c"'],
    ['a b c d e f g h', 'A b C d E f G h', '4 differences'],
  ])('says of %s and %s: %s', (before, after, says) => {
    expect(diffWords(before, after)?.says).toBe(says);
  });

  it('marks the words and loses no character of either text', () => {
    const [before, after] = ['-p tcp -m tcp --dport 22 -j ACCEPT', '-p udp -m udp --dport 53 -i eth0 -j DROP'];
    const diff = diffWords(before, after);
    expect(diff?.before.map((piece) => piece.text).join('')).toBe(before);
    expect(diff?.after.map((piece) => piece.text).join('')).toBe(after);
    expect(diff?.after.filter((piece) => piece.changed).map((piece) => piece.text)).toEqual([
      'udp',
      'udp',
      '53 -i eth0',
      'DROP',
    ]);
  });

  it('gives up on texts that are too long or not spaced as iptables spaces them', () => {
    expect(diffWords('a'.repeat(5000), 'b')).toBeUndefined();
    expect(diffWords('a  b', 'a c')).toBeUndefined();
  });

  it('stays quick on two texts that have nothing in common', () => {
    const words = (letter: string) => Array.from({ length: 800 }, (_, index) => `${letter}${index}`).join(' ');
    expect(diffWords(words('a').slice(0, 3900), words('b').slice(0, 3900))?.says).toBe('1 difference');
  });
});
