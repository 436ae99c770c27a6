import type { TableName } from '../ruleset/types.ts';

type Place = { readonly tables: readonly TableName[]; readonly hooks?: string };

/** Where the kernel takes a target, for those that it takes in some places only (Linux 6). */
const TARGETS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['MASQUERADE', { tables: ['nat'], hooks: 'POSTROUTING' }],
  ['SNAT', { tables: ['nat'], hooks: 'POSTROUTING or INPUT' }],
  ['DNAT', { tables: ['nat'], hooks: 'PREROUTING or OUTPUT' }],
  ['REDIRECT', { tables: ['nat'], hooks: 'PREROUTING or OUTPUT' }],
  ['NETMAP', { tables: ['nat'] }],
  ['REJECT', { tables: ['filter'], hooks: 'INPUT, FORWARD or OUTPUT' }],
  ['CT', { tables: ['raw'] }],
  ['NOTRACK', { tables: ['raw'] }],
  ['TPROXY', { tables: ['mangle'], hooks: 'PREROUTING' }],
  ['TTL', { tables: ['mangle'] }],
  ['HL', { tables: ['mangle'] }],
  ['TOS', { tables: ['mangle'] }],
  ['DSCP', { tables: ['mangle'] }],
  ['ECN', { tables: ['mangle'] }],
  ['CHECKSUM', { tables: ['mangle'] }],
  ['TCPOPTSTRIP', { tables: ['mangle'] }],
]);

/** What the kernel most likely has against a rule of which it says only that an argument is invalid. */
export function placeRemedy(words: readonly string[], table: TableName): string | undefined {
  const target = words[words.findIndex((word) => word === '-j' || word === '--jump') + 1] ?? '';
  const place = TARGETS.get(target);
  if (place !== undefined && !place.tables.includes(table)) {
    return `${target} works in table ${place.tables.join(' or ')} only${place.hooks === undefined ? '' : `, in ${place.hooks}`}: declare it there.`;
  }
  const protocol = words[words.findIndex((word) => word === '-p' || word === '--protocol') + 1];
  if (words.includes('tcp-reset') && protocol !== 'tcp' && protocol !== '6') {
    return 'Only TCP can be reset: write `-p tcp` in front.';
  }
  if (words.includes('--uid-owner') || words.includes('--gid-owner')) {
    return 'Only packets of this host have an owner: the rule belongs in OUTPUT or POSTROUTING.';
  }
  if (place?.hooks !== undefined)
    return `${target} works only in ${place.hooks}, or in a chain that these alone lead to.`;
  if (words.includes('RATEEST'))
    return 'An estimator keeps its interval for as long as a rule names it: give it another --rateest-name.';
  return undefined;
}
