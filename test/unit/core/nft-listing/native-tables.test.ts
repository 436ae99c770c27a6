import { expect, test } from 'vitest';
import { nativeTables } from '../../../../src/core/nft-listing/native-tables.ts';

test('names tables of nft that are no tables of iptables and may decide about packets of IP', () => {
  const listed = [
    'table ip filter',
    'table ip6 nat',
    'table ip docker-bridges',
    'table inet filter',
    'table netdev early',
    'table bridge filter',
    'table arp filter',
    '',
  ].join('\n');
  expect(nativeTables(listed)).toEqual(['ip docker-bridges', 'inet filter', 'netdev early', 'bridge filter']);
  expect(nativeTables('')).toEqual([]);
});
