import type { Chain, Table } from '../../rules/types.ts';
import { readPacketRule } from '../rule/read-packet-rule.ts';
import type { Firewall } from '../types/firewall.ts';
import type { PacketRule } from '../types/rule.ts';

export type ReadChain = { readonly chain: Chain; readonly rules: (PacketRule | undefined)[] };
/** A table whose rules are read when a packet comes to them. */
export type ReadTable = {
  readonly table: Table;
  readonly chains: ReadonlyMap<string, ReadChain>;
  readonly read: (chain: ReadChain, at: number) => PacketRule;
};

export function readTable(firewall: Firewall, table: Table): ReadTable {
  const chains = new Map(table.chains.map((chain): [string, ReadChain] => [chain.name, { chain, rules: [] }]));
  const read = (own: ReadChain, at: number): PacketRule => {
    const known = own.rules[at];
    if (known !== undefined) return known;
    const text = own.chain.rules[at]?.text ?? '';
    const identity = `${table.name} ${own.chain.name} ${at + 1}`;
    const rule = readPacketRule(text, { family: firewall.family, backend: firewall.backend, identity });
    own.rules[at] = rule;
    return rule;
  };
  return { table, chains, read };
}
