import { describe, expect, test } from 'vitest';
import { findNative, linesWithHandles } from '../../../../src/core/nft-listing/native-rules.ts';

const COUNTER = { counter: null };

function handlesOf(...objects: readonly object[]): readonly number[] {
  return [
    ...findNative(JSON.stringify({ nftables: [{ metainfo: {} }, { table: { handle: 9 } }, ...objects] }), 'filter'),
  ];
}

function rule(...expr: readonly object[]): object {
  return { rule: { handle: 7, chain: 'INPUT', expr } };
}

function match(left: object, right: unknown): object {
  return { match: { op: '==', left, right } };
}

describe('what iptables did not write', () => {
  test.each([
    ['no counter', rule({ accept: null })],
    ['a set', rule(match({ payload: { protocol: 'tcp', field: 'dport' } }, { set: [22, 80] }), COUNTER)],
    ['a named set', rule(match({ payload: { protocol: 'ip', field: 'saddr' } }, '@bad'), COUNTER)],
    ['ct', rule(match({ ct: { key: 'state' } }, 'new'), COUNTER)],
    ['another meta key', rule(match({ meta: { key: 'skuid' } }, 0), COUNTER)],
    ['another field', rule(match({ payload: { protocol: 'ip', field: 'dscp' } }, 8), COUNTER)],
    ['limit over', rule({ limit: { rate: 5, inv: true } }, COUNTER)],
    ['log', rule(COUNTER, { log: null })],
    ['a named set object', { set: { handle: 7, name: 'bad' } }],
    ['a base chain of another priority', { chain: { handle: 7, name: 'INPUT', hook: 'input', prio: 10 } }],
    ['a base chain of another name', { chain: { handle: 7, name: 'input', hook: 'input', prio: 0 } }],
    ['a chain with a built-in name that hangs nowhere', { chain: { handle: 7, name: 'INPUT' } }],
  ])('%s', (_, object) => {
    expect(handlesOf(object)).toEqual([7]);
  });

  test.each([
    ['payload', rule(match({ payload: { protocol: 'tcp', field: 'dport' } }, 22), COUNTER, { accept: null })],
    ['a mask', rule(match({ '&': [{ meta: { key: 'mark' } }, 255] }, 5), COUNTER)],
    ['an extension', rule({ xt: { type: 'match', name: 'conntrack' } }, COUNTER, { jump: { target: 'web' } })],
    ['limit', rule({ limit: { rate: 5, per: 'second' } }, COUNTER)],
    ['a base chain', { chain: { handle: 7, name: 'INPUT', hook: 'input', prio: 0 } }],
    ['a user chain', { chain: { handle: 7, name: 'web' } }],
  ])('is not %s', (_, object) => {
    expect(handlesOf(object)).toEqual([]);
  });

  test('nothing is found in what is not JSON of nft', () => {
    expect([
      ...findNative('no json', 'filter'),
      ...findNative('[]', 'filter'),
      ...findNative('{"nftables": 5}', 'filter'),
    ]).toEqual([]);
  });
});

test('handles lead to the words of nft and the chain around them', () => {
  const text = [
    'table ip filter { # handle 1',
    '\tset bad { # handle 5',
    '\t\ttype inet_service',
    '\t}',
    '',
    '\tchain INPUT { # handle 2',
    '\t\ttype filter hook input priority filter; policy accept;',
    '\t\tct state new accept # handle 7',
    '\t\tcounter accept comment "# handle 7" # handle 8',
    '\t}',
    '}',
  ].join('\n');
  expect(linesWithHandles(text, new Set([5, 7]))).toEqual([
    { block: 'set bad', line: 'type inet_service' },
    { block: 'chain INPUT', line: 'ct state new accept' },
  ]);
});
