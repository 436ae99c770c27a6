import { isBuiltin } from '../../../src/core/rules/builtin.ts';
import { type LiveChain, type LiveRule, type LiveTable, type Place, ZERO } from './live-table.ts';
import { Refused } from './refused.ts';

/** One table while the lines of a restore are carried out on it, one after the other. */
export type Batch = {
  readonly place: Place;
  readonly table: LiveTable;
  readonly isNoflush: boolean;
  /** The line of COMMIT. */
  readonly commitLine: number;
  /** What the kernel will refuse when it gets the batch; nft finds the faults of iptables first. */
  readonly faults: Refused[];
  /** Chains and rules that this batch has made. */
  readonly made: Set<LiveChain | LiveRule>;
  /** Built-in chains whose counters are set. */
  readonly counted: Set<string>;
};

const NO_CHAIN = 'No chain/target/match by that name';

/** Throws `Refused` where the table has no such chain. */
export function chainOf({ table }: Batch, name: string, line: number): LiveChain {
  const chain = table.chains.get(name);
  if (chain === undefined) throw new Refused('failed', line, NO_CHAIN);
  return chain;
}

/** The rules of a chain of which one goes: that needs no built-in chain of nft, and finds none. */
export function oldRules(batch: Batch, name: string, line: number): LiveRule[] {
  const chain = chainOf(batch, name, line);
  const isMissing = batch.place.backend === 'nft' && isBuiltin(batch.table.name, name) && chain.isNeeded !== true;
  if (isMissing) throw new Refused('failed', line, NO_CHAIN);
  return chain.rules;
}

/** The chain that a line names, or all of them. */
export function some(batch: Batch, { chain, line }: { readonly chain: string | undefined; readonly line: number }) {
  return chain === undefined ? [...batch.table.chains.values()] : [chainOf(batch, chain, line)];
}

/** Makes a chain, or empties the one that has the name. */
export function newChain({ table, made }: Batch, name: string): void {
  const chain: LiveChain = { counters: ZERO, rules: [] };
  made.add(chain);
  table.chains.set(name, chain);
}
