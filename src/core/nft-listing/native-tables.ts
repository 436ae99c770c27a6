import { isTableName } from '../rules/builtin.ts';

/** Families of nft whose tables may decide about packets of IP: those of arp do not. */
const FAMILIES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet', 'bridge', 'netdev']);

/** Tables in the output of `nft list tables` that are no tables of iptables, as nft names them: `inet firewalld`. */
export function nativeTables(listed: string): readonly string[] {
  return listed.split('\n').flatMap((line) => {
    const [word, family = '', name = ''] = line.trim().split(' ');
    if (word !== 'table' || !FAMILIES.has(family) || name === '') return [];
    return (family === 'ip' || family === 'ip6') && isTableName(name) ? [] : [`${family} ${name}`];
  });
}
