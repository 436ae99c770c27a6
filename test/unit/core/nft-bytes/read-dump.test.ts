import { describe, expect, test } from 'vitest';
import { readDump } from '../../../../src/core/nft-bytes/read-dump.ts';
import type { ByteDump } from '../../../../src/core/nft-bytes/types.ts';
import {
  attribute,
  chain,
  done,
  ending,
  generation,
  ipset,
  join,
  matchSet,
  message,
  number,
  rawMessage,
  rule,
  table,
} from '../../../support/netlink.ts';

const counter = (packets: number): readonly [string, ...Uint8Array[]] => [
  'counter',
  attribute(1, [0, 0, 0, 0, ...number(packets * 64)]),
  attribute(2, [0, 0, 0, 0, ...number(packets)]),
];
const payload = (offset: number): readonly [string, ...Uint8Array[]] => ['payload', attribute(3, number(offset))];

/** One target: what the kernel says, between the two genids. */
function read(parts: readonly Uint8Array[], chunk = Number.POSITIVE_INFINITY): ByteDump | undefined {
  return readAll(join(generation(5), ...parts, generation(5), ending()), chunk)[0];
}

function readAll(bytes: Uint8Array, chunk = Number.POSITIVE_INFINITY): readonly (ByteDump | undefined)[] {
  const reader = readDump();
  for (let at = 0; at < bytes.length; at += chunk) reader.add(bytes.slice(at, Math.min(bytes.length, at + chunk)));
  return reader.dumps();
}

function digestOf(parts: readonly Uint8Array[]): string | undefined {
  const found = read(parts)?.get('filter');
  if (found === undefined || found === 'no digests') throw new Error('no digests');
  return found.get('INPUT');
}

const BASE = [table('filter'), done, chain('filter', 'INPUT'), done];
const RULES = [rule('filter', 'INPUT', [payload(12), counter(0)]), rule('filter', 'INPUT', [counter(0)]), done];
const KNOWN = digestOf([...BASE, ...RULES]);

describe('equal bytes', () => {
  test.each([
    ['other counters', [rule('filter', 'INPUT', [payload(12), counter(9)]), rule('filter', 'INPUT', [counter(3)])]],
    [
      'other handles',
      [
        rule('filter', 'INPUT', [payload(12), counter(0)], { handle: 70 }),
        rule('filter', 'INPUT', [counter(0)], { handle: 71, position: 70 }),
      ],
    ],
  ])('%s', (_, rules) => {
    expect(digestOf([...BASE, ...rules, done])).toBe(KNOWN);
  });

  test('a table and a chain with another handle, that are used otherwise', () => {
    const base = [table('filter', { handle: 6 }), done, chain('filter', 'INPUT', { handle: 8, uses: 4 }), done];
    expect(digestOf([...base, ...RULES])).toBe(KNOWN);
  });

  test('however the output is cut', () => {
    const bytes = join(generation(5), ...BASE, ...RULES, generation(5), ending());
    for (const chunk of [1, 3, 17, 64])
      expect(readAll(bytes, chunk)[0]?.get('filter')).toEqual(new Map([['INPUT', KNOWN]]));
  });
});

describe('other bytes', () => {
  test.each([
    ['a dormant table', [table('filter', { flags: 1 }), done, chain('filter', 'INPUT'), done, ...RULES]],
    [
      'an attribute of the table that is not known',
      [table('filter', { more: [attribute(60, [1])] }), chain('filter', 'INPUT'), ...RULES],
    ],
    ['another hook', [table('filter'), chain('filter', 'INPUT', { hook: number(3) }), ...RULES]],
    ['another priority', [table('filter'), chain('filter', 'INPUT', { priority: 10 }), ...RULES]],
    ['another policy', [table('filter'), chain('filter', 'INPUT', { policy: 0 }), ...RULES]],
    ['another type', [table('filter'), chain('filter', 'INPUT', { type: 'route' }), ...RULES]],
    ['a rule less', [...BASE, ...RULES.slice(1)]],
    ['another order', [...BASE, ...[...RULES.slice(0, 2)].reverse()]],
    ['a rule without a counter', [...BASE, RULES[0] as Uint8Array, rule('filter', 'INPUT', [])]],
    ['another expression', [...BASE, rule('filter', 'INPUT', [payload(16), counter(0)]), RULES[1] as Uint8Array]],
    [
      'a comment of nft',
      [...BASE, RULES[0] as Uint8Array, rule('filter', 'INPUT', [counter(0)], { more: [attribute(7, [0, 3, 120])] })],
    ],
    ['one rule where two were', [...BASE, rule('filter', 'INPUT', [payload(12), counter(0), counter(0)])]],
  ])('%s', (_, parts) => {
    expect(digestOf(parts)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(parts)).not.toBe(KNOWN);
  });
});

describe('sets of ipset', () => {
  const withSet = (sets: readonly Uint8Array[], setNumber: number, revision?: number) =>
    digestOf([...sets, done, ...BASE, rule('filter', 'INPUT', [matchSet(setNumber, revision), counter(0)]), done]);

  test('count by their names, whatever their numbers are', () => {
    const one = withSet([ipset('a', 0), ipset('b', 1)], 1);
    expect(withSet([ipset('b', 513)], 513)).toBe(one);
    expect(withSet([ipset('a', 1), ipset('b', 0)], 1)).not.toBe(one);
  });

  test('with a number that has no name, or in a shape that is not known, give no digest', () => {
    expect(withSet([ipset('a', 0)], 1)).toBeUndefined();
    expect(withSet([ipset('a', 0)], 0, 0)).toBeUndefined();
    expect(withSet([ipset('a', 0)], 0, 5)).toBeUndefined();
  });
});

describe('sets, maps, objects and flowtables of nft', () => {
  test.each([0x0a09, 0x0a12, 0x0a16])('message %i: the table has no digests', (type) => {
    const parts = [...BASE, message(type, [attribute(1, 'filter'), attribute(2, 'x')]), done, ...RULES];
    expect(read(parts)?.get('filter')).toBe('no digests');
  });

  test('of another table are none of its own', () => {
    const parts = [...BASE, message(0x0a09, [attribute(1, 'nat'), attribute(2, 'x')]), done, ...RULES];
    expect(read(parts)?.get('filter')).toEqual(new Map([['INPUT', KNOWN]]));
  });
});

describe('no dump', () => {
  const all = join(...BASE, ...RULES);
  test.each([
    ['a commit between begin and end', join(generation(5), all, generation(6), ending())],
    ['no second genid', join(generation(5), all, ending())],
    [
      'a dump that the kernel marks',
      join(generation(5), message(0x0a00, [attribute(1, 'nat')], 0x10), all, generation(5), ending()),
    ],
    ['an error', join(generation(5), all, rawMessage(2, Uint8Array.of(254, 255, 255, 255)), generation(5), ending())],
    [
      'a dump that ends with an error',
      join(generation(5), all, rawMessage(3, Uint8Array.of(254, 255, 255, 255)), generation(5), ending()),
    ],
    [
      'a rule of a chain that is not there',
      join(generation(5), all, rule('filter', 'OUTPUT', []), generation(5), ending()),
    ],
    ['a chain of a table that is not there', join(generation(5), chain('nat', 'INPUT'), generation(5), ending())],
    ['a message that is not known', join(generation(5), all, message(0x0a01, []), generation(5), ending())],
    [
      'attributes that are none',
      join(generation(5), message(0x0a00, [Uint8Array.of(99, 0, 1, 0)]), generation(5), ending()),
    ],
    ['a program that says that it failed', join(generation(5), all, generation(5), ending(false))],
  ])('%s', (_, bytes) => {
    expect(readAll(bytes)).toEqual([undefined]);
  });

  test('of a target that was not ended', () => {
    expect(readAll(join(generation(5), all))).toEqual([]);
  });

  test('does not spoil the next one', () => {
    const one = join(generation(5), all, generation(6), ending());
    expect(readAll(join(one, generation(6), all, generation(6), ending()))[1]?.get('filter')).toBeInstanceOf(Map);
  });
});
