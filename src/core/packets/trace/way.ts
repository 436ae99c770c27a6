import type { Backend, TableName } from '../../rules/types.ts';
import type { Path } from '../types/traffic.ts';

/** One built-in chain on the way of a packet; conntrack stands where the kernel looks the packet up. */
export type Hook = { readonly table: TableName; readonly chain: string } | 'conntrack' | 'route';

const COMING: readonly Hook[] = [
  { table: 'raw', chain: 'PREROUTING' },
  'conntrack',
  { table: 'mangle', chain: 'PREROUTING' },
  { table: 'nat', chain: 'PREROUTING' },
  'route',
];

const LEAVING: readonly Hook[] = [
  { table: 'mangle', chain: 'POSTROUTING' },
  { table: 'nat', chain: 'POSTROUTING' },
];

/** Tables and chains in the order in which the kernel calls them. What comes behind `route` depends on where the packet goes. */
export const FIRST_HOOKS: Readonly<Record<Path, readonly Hook[]>> = {
  INPUT: COMING,
  FORWARD: COMING,
  OUTPUT: [
    { table: 'raw', chain: 'OUTPUT' },
    'conntrack',
    { table: 'mangle', chain: 'OUTPUT' },
    { table: 'nat', chain: 'OUTPUT' },
    { table: 'filter', chain: 'OUTPUT' },
    { table: 'security', chain: 'OUTPUT' },
    ...LEAVING,
  ],
};

export function hooksBehindRoute(path: 'INPUT' | 'FORWARD', backend: Backend): readonly Hook[] {
  return path === 'FORWARD' ? FORWARD : INPUT[backend];
}

const NAT: Hook = { table: 'nat', chain: 'INPUT' };
const SECURITY: Hook = { table: 'security', chain: 'INPUT' };
const COMING_IN: readonly Hook[] = [
  { table: 'mangle', chain: 'INPUT' },
  { table: 'filter', chain: 'INPUT' },
];

/** iptables-nft hangs its security table behind nat (priorities 150 and 100), the legacy one stands before it (50). */
const INPUT: Readonly<Record<Backend, readonly Hook[]>> = {
  nft: [...COMING_IN, NAT, SECURITY],
  legacy: [...COMING_IN, SECURITY, NAT],
};

const FORWARD: readonly Hook[] = [
  { table: 'mangle', chain: 'FORWARD' },
  { table: 'filter', chain: 'FORWARD' },
  { table: 'security', chain: 'FORWARD' },
  ...LEAVING,
];
