import { expect, test } from 'vitest';
import { describeRefused, type RefusedRule } from '../../../../src/core/normal-form/describe-refused.ts';

const FILE = 'state/a.yaml';
const TEXT = '- -p tcp --dport 70000 -j ACCEPT\n- -m ah --ahres -j DROP\n';
const SOURCES = new Map([[FILE, TEXT]]);

function refused(family: RefusedRule['family'], line: number, said: string): RefusedRule {
  const before = TEXT.split('\n').slice(0, line);
  const start = before.reduce((sum, one) => sum + one.length + 1, 2);
  return { backend: 'nft', family, output: said, span: { file: FILE, start, end: TEXT.indexOf('\n', start) } };
}

test('one mistake in both families is told of once, and points at the word', () => {
  const said = "invalid port/service `70000' specified";
  const found = describeRefused([refused('ipv4', 0, said), refused('ipv6', 0, said)], () => true, SOURCES);
  expect(found).toMatchObject([{ message: 'iptables refuses this rule (ipv4 and ipv6, nft)', output: said }]);
  expect(TEXT.slice(found[0]?.span?.start, found[0]?.span?.end)).toBe('70000');
  expect(found[0]).not.toHaveProperty('hint');
});

test('several rules of one place, as a list of values makes, are one mistake', () => {
  const same = refused('ipv4', 0, 'no');
  expect(describeRefused([same, same], () => false, SOURCES)).toHaveLength(1);
});

test('different words in the families are two, without the hint that one of them takes it', () => {
  const found = describeRefused([refused('ipv4', 1, 'one'), refused('ipv6', 1, 'other')], () => true, SOURCES);
  expect(found.map(({ output: said, hint }) => [said, hint])).toEqual([
    ['one', undefined],
    ['other', undefined],
  ]);
});

test('a rule that one family takes says so, but not where it never went to that family', () => {
  const hints = [true, false].map((wanted) => {
    return describeRefused([refused('ipv4', 1, 'no')], (family) => wanted && family === 'ipv6', SOURCES)[0]?.hint;
  });
  expect(hints).toEqual(['It is fine for ipv6: if it is meant for that alone, say so with family: ipv6.', undefined]);
});

test('a rule that cannot be with another one names both places', () => {
  const rival = { file: FILE, start: 2, end: 31 };
  const one = refused('ipv4', 1, 'no');
  expect(
    describeRefused(
      [one],
      () => true,
      SOURCES,
      () => rival,
    ),
  ).toMatchObject([{ span: one.span, related: [{ span: rival }] }]);
});
