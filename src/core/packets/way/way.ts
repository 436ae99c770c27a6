import type { TableName } from '../../rules/types.ts';
import type { Path } from '../types/traffic.ts';

/** One base chain on the way of a packet. */
export type Stage = { readonly table: TableName; readonly chain: string };

/** The base chains that a packet meets, in the order of their priorities. A packet of this host may be routed anew behind mangle and nat OUTPUT. */
export const WAYS: Readonly<Record<Path, readonly Stage[]>> = {
  INPUT: [
    { table: 'raw', chain: 'PREROUTING' },
    { table: 'mangle', chain: 'PREROUTING' },
    { table: 'nat', chain: 'PREROUTING' },
    { table: 'mangle', chain: 'INPUT' },
    { table: 'filter', chain: 'INPUT' },
    { table: 'security', chain: 'INPUT' },
    { table: 'nat', chain: 'INPUT' },
  ],
  FORWARD: [
    { table: 'raw', chain: 'PREROUTING' },
    { table: 'mangle', chain: 'PREROUTING' },
    { table: 'nat', chain: 'PREROUTING' },
    { table: 'mangle', chain: 'FORWARD' },
    { table: 'filter', chain: 'FORWARD' },
    { table: 'security', chain: 'FORWARD' },
    { table: 'mangle', chain: 'POSTROUTING' },
    { table: 'nat', chain: 'POSTROUTING' },
  ],
  OUTPUT: [
    { table: 'raw', chain: 'OUTPUT' },
    { table: 'mangle', chain: 'OUTPUT' },
    { table: 'nat', chain: 'OUTPUT' },
    { table: 'filter', chain: 'OUTPUT' },
    { table: 'security', chain: 'OUTPUT' },
    { table: 'mangle', chain: 'POSTROUTING' },
    { table: 'nat', chain: 'POSTROUTING' },
  ],
};
