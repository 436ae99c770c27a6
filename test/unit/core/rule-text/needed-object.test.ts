import { expect, test } from 'vitest';
import { findRulesWithObjects } from '../../../../src/core/rule-text/needed-object.ts';

function needy(...texts: readonly string[]) {
  const chains = [{ name: 'INPUT', rules: texts.map((text) => ({ text })) }];
  return findRulesWithObjects({ name: 'filter', chains }).map(({ position, object }) => `${position} ${object}`);
}

test('names what a rule needs beside the rules', () => {
  expect(needy('-m nfacct --nfacct-name  web')).toEqual(['1 the accounting object web']);
  expect(needy('-j ACCEPT', '-p tcp -j CT --timeout slow')).toEqual(['2 the conntrack timeout policy slow']);
  expect(needy('-m rateest --rateest out --rateest-bps 1bit -j DROP')).toEqual(['1 the rate estimator out']);
});

test('an estimator that stands in the table before is made with it', () => {
  const estimator = '-j RATEEST --rateest-name out --rateest-interval 250.0ms --rateest-ewmalog 500ms';
  const match = '-m rateest --rateest out --rateest-gt --rateest-bps 1bit -j DROP';
  expect(needy(estimator, match)).toEqual([]);
  expect(needy(match, estimator)).toEqual(['1 the rate estimator out']);
});

test('words in a comment need nothing', () => {
  expect(needy('-m comment --comment "-m nfacct --nfacct-name web" -j ACCEPT')).toEqual([]);
  expect(needy('-m comment --comment "a\\" -j CT --timeout b" -j ACCEPT')).toEqual([]);
  expect(needy('-m recent --update --seconds 60 --name timeout --rsource -j DROP')).toEqual([]);
});
