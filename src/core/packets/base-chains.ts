import type { Backend, TableName } from '../rules/types.ts';

/** A built-in chain, where the kernel calls the rules of a table. */
export type BaseChain = { readonly table: TableName; readonly chain: string };

const of = (chain: string, ...tables: readonly TableName[]): readonly BaseChain[] =>
  tables.map((table) => ({ table, chain }));

/*
 * The base chains that packets meet on each part of their way, in the order of their priorities.
 */

export const COMING_IN = of('PREROUTING', 'raw', 'mangle', 'nat');

/** iptables-nft hangs its security table behind nat (priorities 150 and 100), the legacy one stands before it (50; test/kernel/trace-nft.test.ts). */
export const TO_THIS_HOST: Readonly<Record<Backend, readonly BaseChain[]>> = {
  nft: of('INPUT', 'mangle', 'filter', 'nat', 'security'),
  legacy: of('INPUT', 'mangle', 'filter', 'security', 'nat'),
};

export const THROUGH = of('FORWARD', 'mangle', 'filter', 'security');

/** A packet of this host may be routed anew behind mangle and nat OUTPUT. */
export const FROM_THIS_HOST = of('OUTPUT', 'raw', 'mangle', 'nat', 'filter', 'security');

export const LEAVING = of('POSTROUTING', 'mangle', 'nat');
