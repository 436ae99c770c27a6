import { describe, expect, test } from 'vitest';
import { compareListings } from '../../../../src/core/nft-listing/compare-listings.ts';
import { digestListing, parseListing } from '../../../../src/core/nft-listing/listing.ts';

/** `nft list ruleset ip` with one table whose blocks are given as `chain INPUT: line; line`. */
function listing(table: string, ...blocks: readonly string[]): string {
  const printed = blocks.map((block) => {
    const [name = '', lines = ''] = block.split(': ');
    const content =
      lines === ''
        ? ''
        : `${lines
            .split(' | ')
            .map((line) => `\t\t${line}\n`)
            .join('')}`;
    return `\t${name} {\n${content}\t}\n`;
  });
  return `table ip ${table} {\n${printed.join('\n')}}\n`;
}

const HEAD = 'type filter hook input priority 0; policy accept;';
const OUT = 'type filter hook output priority 0; policy accept;';

function compare(live: string, loaded: string) {
  return compareListings(parseListing(live, 'ipv4'), parseListing(loaded, 'ipv4'));
}

describe('listings that say the same', () => {
  test.each([
    ['nothing at all', '', ''],
    ['an empty table and none', 'table ip filter {\n}\n', ''],
    ['a base chain that nobody used', listing('filter', `chain INPUT: ${HEAD}`), ''],
    [
      'chains in another order',
      listing('filter', 'chain a: drop', 'chain b: accept'),
      listing('filter', 'chain b: accept', 'chain a: drop'),
    ],
    ['tables of other names', listing('docker', 'set s: type ipv4_addr'), ''],
    ['tables of the other family', 'table ip6 filter {\n\tchain a {\n\t\tdrop\n\t}\n}\n', ''],
    [
      'a warning line',
      `# Warning: do not touch!\n${listing('filter', 'chain a: drop')}`,
      listing('filter', 'chain a: drop'),
    ],
  ])('%s', (_, live, loaded) => {
    expect(compare(live, loaded)).toEqual([]);
    expect(digestListing(parseListing(live, 'ipv4'))).toBe(digestListing(parseListing(loaded, 'ipv4')));
  });
});

describe('listings that differ', () => {
  test.each([
    [
      'a rule printed otherwise',
      listing('filter', `chain INPUT: ${HEAD} | counter drop | tcp dport { 22, 80 } accept`),
      listing('filter', `chain INPUT: ${HEAD} | counter drop | ip protocol 6 counter accept`),
      [{ block: 'chain INPUT', rule: 2, live: 'tcp dport { 22, 80 } accept', loaded: 'ip protocol 6 counter accept' }],
    ],
    [
      'a rule that is hidden',
      listing('filter', 'chain a: counter accept | counter drop'),
      listing('filter', 'chain a: counter drop'),
      [{ block: 'chain a', rule: 1, live: 'counter accept', loaded: undefined }],
    ],
    [
      'one of two equal rules that is hidden',
      listing('filter', 'chain a: counter drop | counter drop'),
      listing('filter', 'chain a: counter drop'),
      [{ block: 'chain a', rule: 2, live: 'counter drop', loaded: undefined }],
    ],
    [
      'a rule that is not there',
      listing('filter', 'chain a: counter drop'),
      listing('filter', 'chain a: counter drop | counter accept'),
      [{ block: 'chain a', rule: 2, live: undefined, loaded: 'counter accept' }],
    ],
    [
      'rules in another order',
      listing('filter', 'chain a: counter drop | counter accept'),
      listing('filter', 'chain a: counter accept | counter drop'),
      [
        { block: 'chain a', rule: 1, live: 'counter drop', loaded: 'counter accept' },
        { block: 'chain a', rule: 2, live: 'counter accept', loaded: 'counter drop' },
      ],
    ],
    [
      'a user chain that is hidden, without a rule',
      listing('filter', 'chain a: '),
      '',
      [{ block: 'chain a', rule: 0, live: 'chain a', loaded: undefined }],
    ],
    [
      'another hook, though the chain is idle',
      listing('filter', `chain INPUT: ${OUT}`),
      listing('filter', `chain INPUT: ${HEAD}`),
      [{ block: 'chain INPUT', rule: 0, live: OUT, loaded: HEAD }],
    ],
    [
      'a policy',
      listing('filter', `chain INPUT: ${HEAD.replace('accept', 'drop')}`),
      '',
      [{ block: 'chain INPUT', rule: 0, live: HEAD.replace('accept', 'drop'), loaded: undefined }],
    ],
    [
      'a set that no rule uses',
      listing('filter', 'set bad: type inet_service'),
      'table ip filter {\n}\n',
      [{ block: 'set bad', rule: 0, live: 'type inet_service', loaded: undefined }],
    ],
    [
      'a table that is asleep',
      'table ip filter {\n\tflags dormant\n\n\tchain a {\n\t\tcounter drop\n\t}\n}\n',
      listing('filter', 'chain a: counter drop'),
      [{ block: '', rule: 0, live: 'flags dormant', loaded: undefined }],
    ],
  ])('%s', (_, live, loaded, expected) => {
    expect(compare(live, loaded)).toEqual(expected.map((each) => ({ table: 'filter', ...each })));
    expect(digestListing(parseListing(live, 'ipv4'))).not.toBe(digestListing(parseListing(loaded, 'ipv4')));
  });

  test('only in the tables that were asked for', () => {
    const live = parseListing(listing('mangle', 'chain a: drop'), 'ipv4');
    expect(compareListings(live, new Map(), ['filter'])).toEqual([]);
    expect(compareListings(live, new Map(), ['filter', 'mangle'])).toHaveLength(1);
  });

  test('at most three places of a chain are named', () => {
    const rules = Array.from({ length: 9 }, (_, index) => `tcp dport ${index} accept`).join(' | ');
    expect(compare(listing('filter', `chain a: ${rules}`), '')).toHaveLength(3);
  });
});
