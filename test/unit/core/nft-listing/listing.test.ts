import { describe, expect, test } from 'vitest';
import { compareListings } from '../../../../src/core/nft-listing/compare-listings.ts';
import { parseJsonListing } from '../../../../src/core/nft-listing/json-listing.ts';
import { digestListing, normalLine, parseListing } from '../../../../src/core/nft-listing/listing.ts';

const NO_SETS = new Set<string>();

/** As nft 1.0.6 lists the same rules when iptables 1.8.9 wrote them, and when 1.8.11 did. */
const OLDER = listing(
  'meta l4proto 6 counter accept',
  'iifname "eth0" oifname != "eth*" meta l4proto != 17 ip saddr 192.0.2.0/24 ip daddr & 255.0.255.0 != 10.0.1.0 counter drop',
  'iifname "eth0" ip saddr 192.0.2.1 tcp dport 22 counter accept',
  'tcp dport 22 counter accept',
  'meta l4proto 17 xt match u32 counter accept',
);
const NEWER = listing(
  'ip protocol 6 counter accept',
  'ip saddr 192.0.2.0/24 ip daddr & 255.0.255.0 != 10.0.1.0 iifname "eth0" oifname != "eth*" ip protocol != 17 counter drop',
  'ip saddr 192.0.2.1 iifname "eth0" tcp dport 22 counter accept',
  'tcp dport 22 counter accept',
  'ip protocol 17 xt match u32 counter accept',
);

function listing(...rules: readonly string[]): string {
  const lines = ['type filter hook input priority 0; policy accept;', ...rules].map((line) => `\t\t${line}\n`);
  return `table ip filter {\n\tchain INPUT {\n${lines.join('')}\t}\n}\n`;
}

test('rules of two versions of iptables list alike, and give one digest', () => {
  const [older, newer] = [parseListing(OLDER, 'ipv4'), parseListing(NEWER, 'ipv4')];
  expect(compareListings(older, newer)).toEqual([]);
  expect(digestListing(older)).toBe(digestListing(newer));
});

test.each([
  'add @connlimit3 { ip saddr ct count over 11 } counter drop',
  'add @connlimit0 { ip saddr and 255.255.255.0 ct count 3 } counter drop',
  'add @connlimit7 { ip6 daddr and ffff:ff00:: ct count 3 } counter drop',
  'xt match "connlimit" counter drop',
])('connlimit has one form: %s', (line) => {
  expect(normalLine(line, 'ipv6', NO_SETS)).toBe('xt match connlimit counter drop');
});

describe('what iptables does not write keeps its line', () => {
  test.each([
    'meta l4proto { 6, 17 } counter accept',
    'meta l4proto 6-17 counter accept',
    'meta l4proto > 5 counter accept',
    'meta l4proto vmap { 6 : accept }',
    'meta l4proto @protocols counter accept',
    'meta l4proto . th dport { 6 . 22 } accept',
    'ct count over 5 counter drop',
    'add @meter { ip saddr ct count over 5 } counter drop',
    'update @connlimit0 { ip saddr ct count over 5 } counter drop',
    'add @connlimit0 { ip saddr . tcp dport ct count over 5 } counter drop',
    'add @connlimit0 { ip saddr limit rate 5/second } counter drop',
    'log prefix "meta l4proto 6 x" counter',
    'ip daddr 192.0.2.1 ip saddr 192.0.2.2-192.0.2.9 counter accept',
    'iifname "a" ip saddr @blocked counter drop',
    'iifname "a" ip saddr { 192.0.2.1, 192.0.2.7 } counter drop',
    'iifname "a" iifname "b" ip saddr 192.0.2.1 counter drop',
    'iifname "a" ip saddr 192.0.2.1 iifname "b" counter drop',
    'ip saddr 192.0.2.1 counter iifname "a" drop',
    'counter iifname "a" ip saddr 192.0.2.1 drop',
    'ip saddr 192.0.2.1 ip protocol { 6, 17 } counter accept',
  ])('%s', (line) => {
    expect(normalLine(line, 'ipv4', NO_SETS)).toBe(line);
  });

  test('a count of connections in a set that there is', () => {
    const line = 'add @connlimit0 { ip saddr ct count over 5 } counter drop';
    expect(normalLine(line, 'ipv4', new Set(['set connlimit0']))).toBe(line);
  });

  test('a protocol of IPv6: there `ip6 nexthdr` is another question', () => {
    expect(normalLine('meta l4proto 6 counter accept', 'ipv6', NO_SETS)).toBe('meta l4proto 6 counter accept');
  });
});

describe('a listing as JSON', () => {
  const rule = (...expr: readonly unknown[]) => ({
    rule: { family: 'ip', table: 'filter', chain: 'INPUT', handle: 9, expr },
  });
  const json = (...objects: readonly unknown[]) =>
    JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6' } },
        { table: { family: 'ip', name: 'filter', handle: 1 } },
        {
          chain: {
            family: 'ip',
            table: 'filter',
            name: 'INPUT',
            handle: 1,
            type: 'filter',
            hook: 'input',
            prio: 0,
            policy: 'accept',
          },
        },
        ...objects,
      ],
    });
  const match = (left: unknown, right: unknown) => ({ match: { op: '==', left, right } });
  const L4 = { meta: { key: 'l4proto' } };
  const PROTOCOL = { payload: { protocol: 'ip', field: 'protocol' } };
  const blocks = (text: string) => parseJsonListing(text, 'ipv4');

  test('knows an idle chain, and leaves handles out', () => {
    const [one, other] = [blocks(json()), blocks(json().replaceAll('"handle":1', '"handle":77'))];
    expect(one?.get('filter')?.get('chain INPUT')).toEqual(['type filter hook input priority 0; policy accept;']);
    expect(digestListing(one ?? new Map())).toBe(digestListing(other ?? new Map()));
    expect(digestListing(one ?? new Map())).toBe(digestListing(new Map()));
  });

  test('has one order for what is asked first', () => {
    const name = (key: string, right: string) => match({ meta: { key } }, right);
    const address = match({ payload: { protocol: 'ip', field: 'saddr' } }, { prefix: { addr: '192.0.2.0', len: 24 } });
    const blocked = match({ payload: { protocol: 'ip', field: 'saddr' } }, '@blocked');
    const one = (...expr: readonly unknown[]) => blocks(json(rule(...expr)));
    expect(one(name('iifname', 'a'), match(L4, 6), address)).toEqual(
      one(address, name('iifname', 'a'), match(PROTOCOL, 6)),
    );
    expect(one(name('iifname', 'a'), blocked)).not.toEqual(one(blocked, name('iifname', 'a')));
    expect(one({ counter: null }, address, name('iifname', 'a'))).not.toEqual(
      one({ counter: null }, name('iifname', 'a'), address),
    );
  });

  test('has one form for a protocol, and tells a set of them', () => {
    const [older, newer] = [blocks(json(rule(match(L4, 6)))), blocks(json(rule(match(PROTOCOL, 6))))];
    expect(older).toEqual(newer);
    expect(blocks(json(rule(match(L4, { set: [6] }))))).not.toEqual(blocks(json(rule(match(PROTOCOL, { set: [6] })))));
  });

  test.each([
    ['a flag of the table', { table: { family: 'ip', name: 'filter', handle: 1, flags: 'dormant' } }],
    ['a set', { set: { family: 'ip', table: 'filter', name: 's', type: 'ipv4_addr', handle: 3 } }],
    ['a set without anything more to tell', { set: { family: 'ip', table: 'filter', name: 's', handle: 3 } }],
    ['a flowtable', { flowtable: { family: 'ip', table: 'filter', name: 'f', handle: 3, hook: 'ingress', prio: 0 } }],
    ['a quota', { quota: { family: 'ip', table: 'filter', name: 'q', handle: 3, bytes: 5 } }],
    [
      'a base chain',
      {
        chain: {
          family: 'ip',
          table: 'filter',
          name: 'late',
          handle: 3,
          type: 'filter',
          hook: 'input',
          prio: 10,
          policy: 'accept',
        },
      },
    ],
    [
      'a rule with a comment',
      { rule: { family: 'ip', table: 'filter', chain: 'INPUT', handle: 3, comment: 'x', expr: [] } },
    ],
  ])('tells %s', (_, object) => {
    expect(compareListings(blocks(json(object)) ?? new Map(), blocks(json()) ?? new Map())).toHaveLength(1);
  });

  test.each(['', '{"nftables": [', '{}', 'table ip filter {\n}\n'])('is not read from %j', (text) => {
    expect(blocks(text)).toBeUndefined();
  });
});
