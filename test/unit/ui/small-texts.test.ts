import { describe, expect, it } from 'vitest';
import { foreignGroups } from '../../../src/ui/plan/foreign-labels.ts';
import { appliedSentence, planSentence, type Totals } from '../../../src/ui/plan/totals.ts';
import { cleanText } from '../../../src/ui/text/clean-text.ts';
import { packets } from '../../../src/ui/text/counters-text.ts';
import { displayWidth } from '../../../src/ui/text/display-width.ts';
import { nameList } from '../../../src/ui/text/name-list.ts';
import { wrapText } from '../../../src/ui/text/wrap-text.ts';
import { named } from './sample-plan.ts';

describe('cleanText', () => {
  it.each([
    ['plain ASCII ~ "\\"', 'plain ASCII ~ "\\"'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\tc\rd\x7f', 'a\\x0ab\\x09c\\x0dd\\x7f'],
    ['csi \x9b2J', 'csi \\x9b2J'],
    ['\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['lone \ud800', 'lone \\u{d800}'],
    ['no-break\u00a0blank', 'no-break\\xa0blank'],
    ['für Büro 東京', 'für Büro 東京'],
  ])('shows %j as %j', (text, clean) => {
    expect(cleanText(text, true)).toBe(clean);
  });

  it('escapes every other alphabet where the reader has ASCII only', () => {
    expect(cleanText('für 東', false)).toBe('f\\xfcr \\u{6771}');
  });
});

describe('nameList', () => {
  it.each([
    [['blue'], 'blue'],
    [['blue', 'red'], 'blue, red'],
    [['t-01', 't-02', 't-03'], 't-01 ... t-03'],
    [['t-08', 't-09', 't-10', 't-12'], 't-08 ... t-10, t-12'],
    [['a9', 'a10', 'a11'], 'a9 ... a11'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c and 3 more'],
  ])('writes %j as %s', (names, text) => {
    expect(nameList(names)).toBe(text);
  });
});

describe('packets', () => {
  it.each([
    ['0', 'no packets'],
    ['1', '1 packet'],
    ['999', '999 packets'],
    ['1904', '1.9k packets'],
    ['1999', '1.9k packets'],
    ['19040', '19k packets'],
    ['18446744073709551615', '18E packets'],
  ])('writes %s as %s', (count, text) => {
    expect(packets([count, '0'])).toBe(text);
  });
});

describe('foreignGroups', () => {
  it('writes chains with a common first part as one pattern and brings like namespaces together', () => {
    const foreign = ['blue', 'red'].flatMap((name) =>
      [
        ['KUBE-SVC-1', 5],
        ['KUBE-SVC-2', 6],
        ['DOCKER', 20],
        ['DOCKER-USER', 1],
        ['f2b-sshd', 2],
      ].map(([chain, rules]) => ({
        namespace: named(name),
        family: 'ipv4' as const,
        table: 'filter' as const,
        chain: String(chain),
        rules: Number(rules),
      })),
    );
    expect(foreignGroups(foreign)).toEqual([
      { names: ['blue', 'red'], labels: ['DOCKER* (Docker)', 'KUBE-* (kube-proxy)', 'f2b-sshd (fail2ban)'], rules: 34 },
    ]);
  });

  it('counts the chains of one program that have no first part in common, and leaves unknown ones by themselves', () => {
    const foreign = ['IN_public', 'IN_public_allow', 'FWD_public', 'theirs-one', 'theirs', 'firewalld'].map(
      (chain) => ({
        namespace: named('blue'),
        family: 'ipv4' as const,
        table: 'filter' as const,
        chain,
        rules: chain.length,
      }),
    );
    expect(foreignGroups(foreign)).toEqual([
      { names: ['blue'], labels: ['3 chains (firewalld)', 'theirs*', 'firewalld'], rules: 59 },
    ]);
  });
});

describe('the sentence of totals', () => {
  const none: Totals = {
    add: 0,
    change: 0,
    move: 0,
    remove: 0,
    policies: 0,
    chainsAdded: 0,
    chainsRemoved: 0,
    changedNamespaces: 1,
    matchingNamespaces: 0,
  };

  it('always counts what is added, changed and removed, and the rest when there is some', () => {
    expect(planSentence({ ...none, policies: 1 })).toBe(
      'Plan: 0 to add, 0 to change, 0 to remove, 1 policy.  1 namespace to change.',
    );
    expect(planSentence({ ...none, add: 7, move: 2, policies: 2, changedNamespaces: 15, matchingNamespaces: 1 })).toBe(
      'Plan: 7 to add, 0 to change, 2 to move, 0 to remove, 2 policies.  15 namespaces to change, 1 matches.',
    );
  });

  it('says the same of an apply in the past', () => {
    expect(appliedSentence({ ...none, add: 7, move: 2, chainsAdded: 1, chainsRemoved: 2 })).toBe(
      'Applied: 7 added, 0 changed, 2 moved, 0 removed, 1 new chain, 2 removed chains.  1 namespace changed and verified.',
    );
  });
});

describe('layout', () => {
  it('wraps at blanks and keeps a word that is too long whole', () => {
    expect(wrapText('one two  three-is-very-long four', 10, '  ')).toEqual([
      'one two',
      '  three-is-very-long',
      '  four',
    ]);
  });

  it('counts the cells that wide and combining characters fill', () => {
    expect([displayWidth('abc'), displayWidth('東京'), displayWidth('e\u0301')]).toEqual([3, 4, 1]);
  });
});
