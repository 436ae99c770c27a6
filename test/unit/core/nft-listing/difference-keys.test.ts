import { expect, test } from 'vitest';
import { differenceKeys } from '../../../../src/core/nft-listing/difference-keys.ts';
import { parseListing } from '../../../../src/core/nft-listing/listing.ts';

const HEAD = 'type filter hook input priority 0; policy accept;';

function listing(...rules: readonly string[]) {
  const lines = [HEAD, ...rules].map((line) => `\t\t${line}\n`).join('');
  return parseListing(`table ip filter {\n\tchain INPUT {\n${lines}\t}\n}\n`, 'ipv4');
}

const keys = (live: readonly string[], loaded: readonly string[]) => [
  ...differenceKeys(listing(...live), listing(...loaded)),
];

test('the same rules have none', () => {
  expect(keys(['accept', 'accept', 'drop'], ['accept', 'accept', 'drop'])).toEqual([]);
});

test('a rule that is told wrongly has the same keys wherever it stands', () => {
  const first = keys(['tcp dport { 22, 80 } accept'], ['meta l4proto tcp accept']);
  const later = keys(['drop', 'tcp dport { 22, 80 } accept', 'accept'], ['drop', 'meta l4proto tcp accept', 'accept']);
  expect(first).toHaveLength(2);
  expect(later).toEqual(first);
});

test('rules that others change have other keys each time', () => {
  const first = new Set(keys(['ip saddr 192.0.2.1 drop', 'accept'], ['accept']));
  expect(keys(['ip saddr 192.0.2.2 drop', 'accept'], ['accept']).filter((key) => first.has(key))).toEqual([]);
});

test('another order, and a rule more often than it is told, are differences', () => {
  expect(keys(['accept', 'drop'], ['drop', 'accept'])).toHaveLength(1);
  expect(keys(['accept', 'accept'], ['accept'])).toHaveLength(1);
});
