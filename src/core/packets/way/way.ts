import type { Backend, TableName } from '../../rules/types.ts';
import type { Path } from '../types/traffic.ts';

/** One base chain on the way of a packet. */
export type Stage = { readonly table: TableName; readonly chain: string };

/** The way of a path. REDIRECT sends a packet that would be forwarded to this host: then it goes on by `redirected`. */
export type Way = { readonly path: Path; readonly stages: readonly Stage[]; readonly redirected: readonly Stage[] };

const MANGLE_AND_FILTER: readonly Stage[] = [
  { table: 'mangle', chain: 'INPUT' },
  { table: 'filter', chain: 'INPUT' },
];
const SECURITY: Stage = { table: 'security', chain: 'INPUT' };
const NAT: Stage = { table: 'nat', chain: 'INPUT' };

/** iptables-nft hangs its security table behind nat (priorities 150 and 100), legacy in front of it (50; test/kernel/trace-nft.test.ts). */
const TO_THIS_HOST: Readonly<Record<Backend, readonly Stage[]>> = {
  nft: [...MANGLE_AND_FILTER, NAT, SECURITY],
  legacy: [...MANGLE_AND_FILTER, SECURITY, NAT],
};

/** The base chains that a packet meets, in the order of their priorities. A packet of this host may be routed anew behind mangle and nat OUTPUT. */
const STAGES: Readonly<Record<Path, readonly Stage[]>> = {
  INPUT: [
    { table: 'raw', chain: 'PREROUTING' },
    { table: 'mangle', chain: 'PREROUTING' },
    { table: 'nat', chain: 'PREROUTING' },
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
export function wayOf(path: Path, isRedirected: boolean, backend: Backend): Way {
  const toThisHost = TO_THIS_HOST[backend];
  const stages = path === 'INPUT' ? [...STAGES.INPUT, ...toThisHost] : STAGES[path];
  return { path, stages, redirected: path === 'FORWARD' && isRedirected ? toThisHost : [] };
}

/** Every base chain that packets of the path may meet. */
export function stagesOf({ stages, redirected }: Way): readonly Stage[] {
  return [...stages, ...redirected];
}
