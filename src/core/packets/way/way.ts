import type { TableName } from '../../rules/types.ts';
import type { Path } from '../types/traffic.ts';

/** One base chain on the way of a packet. */
export type Stage = { readonly table: TableName; readonly chain: string };

/** The way of a path. REDIRECT sends a packet that would be forwarded to this host: then it goes on by `redirected`. */
export type Way = { readonly path: Path; readonly stages: readonly Stage[]; readonly redirected: readonly Stage[] };

const TO_THIS_HOST: readonly Stage[] = [
  { table: 'mangle', chain: 'INPUT' },
  { table: 'filter', chain: 'INPUT' },
  { table: 'security', chain: 'INPUT' },
  { table: 'nat', chain: 'INPUT' },
];

/** The base chains that a packet meets, in the order of their priorities. A packet of this host may be routed anew behind mangle and nat OUTPUT. */
const STAGES: Readonly<Record<Path, readonly Stage[]>> = {
  INPUT: [
    { table: 'raw', chain: 'PREROUTING' },
    { table: 'mangle', chain: 'PREROUTING' },
    { table: 'nat', chain: 'PREROUTING' },
    ...TO_THIS_HOST,
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

/** `isRedirected`: whether some rule on the way is a REDIRECT. */
export function wayOf(path: Path, isRedirected: boolean): Way {
  return { path, stages: STAGES[path], redirected: path === 'FORWARD' && isRedirected ? TO_THIS_HOST : [] };
}

/** Every base chain that packets of the path may meet. */
export function stagesOf({ stages, redirected }: Way): readonly Stage[] {
  return [...stages, ...redirected];
}
