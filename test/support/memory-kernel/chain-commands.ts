import { jumpTarget } from '../../../src/core/rule-text/jumps.ts';
import { isBuiltin } from '../../../src/core/rules/builtin.ts';
import type { Policy } from '../../../src/core/rules/types.ts';
import { type Batch, chainOf, newChain, some } from './batch.ts';
import type { Command } from './command.ts';
import { type LiveTable, ZERO } from './live-table.ts';
import { Refused, Unmodelled } from './refused.ts';

const BUSY = 'CHAIN_DEL failed (Device or resource busy)';

/** A `:CHAIN` line: sets the policy of a built-in chain, empties any other or makes it. */
export function declare(batch: Batch, { chain, policy, counters, line }: Command & { readonly kind: 'chain' }): void {
  const { place, table, counted } = batch;
  if (!isBuiltin(table.name, chain)) {
    if (policy === '-') {
      const isTwice = place.backend === 'legacy' && !batch.isNoflush && table.chains.has(chain);
      if (isTwice) throw new Refused('usage', line, `error creating chain '${chain}':File exists\n`);
      newChain(batch, chain);
      return;
    }
    if (place.backend === 'nft') throw new Unmodelled('a policy of a chain that is not built in');
    throw new Refused('failed', line, 'Bad built-in chain name');
  }
  if (policy !== '-' && policy !== 'ACCEPT' && policy !== 'DROP') throw new Unmodelled(`the policy ${policy}`);
  const live = chainOf(batch, chain, line);
  if (policy !== '-') live.policy = policy as Policy;
  if (policy === '-' && place.backend === 'legacy') return;
  live.counters = counters;
  counted.add(chain);
}

/** A `-Z` line. */
export function zero(batch: Batch, command: Command & { readonly kind: 'zero' | 'flush' | 'remove' }): void {
  const { place, table, made, counted } = batch;
  if (counted.size > 0) throw new Unmodelled('-Z behind a policy');
  const named = command.chain === undefined ? [...table.chains.keys()] : [command.chain];
  for (const chain of some(batch, command)) {
    for (const rule of chain.rules) {
      if (made.has(rule)) throw new Unmodelled('-Z behind a new rule');
      rule.counters = ZERO;
    }
    chain.counters = ZERO;
  }
  for (const name of named) if (isBuiltin(place.table, name)) counted.add(name);
}

/** An `-X` line. */
export function remove(batch: Batch, { chain, line }: Command & { readonly kind: 'zero' | 'flush' | 'remove' }): void {
  const { table } = batch;
  const users = [...table.chains.keys()].filter((name) => !isBuiltin(table.name, name));
  if (chain === undefined) {
    if (users.some((name) => (table.chains.get(name)?.rules.length ?? 0) > 0 || isCalled(table, name)))
      throw new Unmodelled('-X of all chains while one of them is in use');
    for (const name of users) table.chains.delete(name);
    return;
  }
  const live = chainOf(batch, chain, line);
  if (isBuiltin(table.name, chain)) {
    if (batch.place.backend === 'nft' && live.rules.length === 0) throw new Unmodelled('-X of a built-in chain');
    throw new Refused('failed', line, 'Directory not empty');
  }
  if (live.rules.length > 0 || isCalled(table, chain)) {
    if (batch.place.backend === 'legacy') throw new Refused('failed', line, 'in use');
    batch.faults.push(new Refused('kernel', line, `${BUSY}: chain ${chain}`));
  }
  table.chains.delete(chain);
}

/** Whether a rule of any chain leads to it. */
function isCalled({ chains }: LiveTable, name: string): boolean {
  return [...chains.values()].some(({ rules }) => rules.some(({ text }) => jumpTarget(text)?.chain === name));
}

/** An `-E` line. */
export function rename(batch: Batch, { chain, to, line }: Command & { readonly kind: 'rename' }): void {
  const { place, table, made } = batch;
  const live = chainOf(batch, chain, line);
  if (isBuiltin(table.name, chain) || table.chains.has(to)) throw new Refused('failed', line, 'File exists');
  if (place.backend === 'nft' && made.has(live)) {
    const words = `CHAIN_RENAME failed (No such file or directory): chain ${to}`;
    batch.faults.push(new Refused('kernel', line, words));
  }
  table.chains.delete(chain);
  table.chains.set(to, live);
  for (const { rules } of table.chains.values()) {
    for (const rule of rules) {
      if (jumpTarget(rule.text)?.chain !== chain) continue;
      rule.text = rule.text.replace(new RegExp(`(^| )-([jg]) ${chain}$`), `$1-$2 ${to}`);
    }
  }
}
