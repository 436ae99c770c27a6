import type { TableName } from '../../rules/types.ts';
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

export const HOOKS_BEHIND_ROUTE: Readonly<Record<'INPUT' | 'FORWARD', readonly Hook[]>> = {
  INPUT: [
    { table: 'mangle', chain: 'INPUT' },
    { table: 'filter', chain: 'INPUT' },
    { table: 'security', chain: 'INPUT' },
    { table: 'nat', chain: 'INPUT' },
  ],
  FORWARD: [
    { table: 'mangle', chain: 'FORWARD' },
    { table: 'filter', chain: 'FORWARD' },
    { table: 'security', chain: 'FORWARD' },
    ...LEAVING,
  ],
};
