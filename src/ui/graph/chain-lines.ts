import type { GraphChain, GraphChange, GraphJump } from '../../core/graph/types.ts';
import { quantity } from '../text/quantity.ts';

/** More verdicts of one chain are told as a number. */
const MOST = 6;

/** What is told of a chain below its name, a line each. Everything that a colour says is said in words too. */
export function chainLines(chain: GraphChain): readonly string[] {
  const { policy, policy_before: was, packets, rules, verdicts, owner, reachable, change } = chain;
  const more = verdicts.length - MOST;
  return [
    ...(owner === null ? [] : [owner]),
    ...(change === 'kept' ? [] : [change]),
    ...(reachable || change === 'gone' ? [] : ['unreachable: no jump leads here']),
    `${quantity(rules, 'rule')}${change === 'kept' ? differences(chain) : ''}`,
    ...verdicts.slice(0, MOST).map((one) => `${one.target}: ${countsText(one.rules, one.packets)}`),
    ...(more > 0 ? [`and ${quantity(more, 'more target')}`] : []),
    ...(policy === null
      ? []
      : [`policy ${was === null ? '' : `${was} -> `}${policy}${packets === null ? '' : `: ${packetsText(packets)}`}`]),
  ];
}

function differences({ rules_added: added, rules_removed: removed, reordered }: GraphChain): string {
  if (reordered) return ' (in another order)';
  return added + removed === 0 ? '' : ` (+${added} -${removed})`;
}

export function jumpText({ rules, packets, goto, change }: GraphJump): string {
  return `${change === 'kept' ? '' : `${change}: `}${goto ? '-g ' : ''}${countsText(rules, packets)}`;
}

function countsText(rules: number, packets: string | null): string {
  return packets === null ? quantity(rules, 'rule') : `${quantity(rules, 'rule')}, ${packetsText(packets)}`;
}

function packetsText(packets: string): string {
  return packets === '1' ? '1 packet' : `${packets} packets`;
}

/** Ids that hold no name of others: `n0`, `n1` ... by the place of the chain in the graph. */
export function idsOf(chains: readonly GraphChain[]): (one: Pick<GraphChain, 'family' | 'table' | 'chain'>) => string {
  const key = ({ family, table, chain }: Pick<GraphChain, 'family' | 'table' | 'chain'>) =>
    `${family} ${table} ${chain}`;
  const ids = new Map(chains.map((chain, index) => [key(chain), `n${index}`]));
  return (one) => ids.get(key(one)) ?? 'n';
}

/** Runs of chains of one table of one family; those that hold nothing are left out. */
export function tablesOf(chains: readonly GraphChain[]): readonly (readonly [title: string, GraphChain[]])[] {
  const tables = new Map<string, GraphChain[]>();
  for (const chain of chains) {
    const title = `${chain.family} ${chain.table}`;
    const known = tables.get(title);
    if (known === undefined) tables.set(title, [chain]);
    else known.push(chain);
  }
  return [...tables];
}

/** Why a chain looks as it does. What a plan does to it is more than that no jump leads there. */
export type GraphKind = GraphChange | 'changed' | 'unreachable';

export function kindOf(chain: GraphChain): GraphKind {
  const { change, reachable, rules_added, rules_removed, reordered, policy_before } = chain;
  if (change !== 'kept') return change;
  if (rules_added + rules_removed > 0 || reordered || policy_before !== null) return 'changed';
  return reachable ? 'kept' : 'unreachable';
}

export const COLOURS: Readonly<Record<GraphKind, string>> = {
  kept: '#57606a',
  changed: '#9a6700',
  new: '#1a7f37',
  gone: '#cf222e',
  unreachable: '#8c959f',
};

/** Behind black text. */
export const FILLS: Readonly<Record<GraphKind, string>> = {
  kept: '#f6f8fa',
  changed: '#fff8c5',
  new: '#dafbe1',
  gone: '#ffebe9',
  unreachable: '#eaeef2',
};
