import { isBuiltin } from '../../../src/core/ruleset/builtin.ts';
import { jumpTarget } from '../../../src/core/ruleset/jumps.ts';
import type { Policy } from '../../../src/core/ruleset/types.ts';
import type { Command } from './command.ts';
import { type LiveChain, type LiveRule, type LiveTable, type Place, ZERO } from './live-table.ts';
import type { NormalRule } from './normal-rule.ts';
import { Refused, Unmodelled } from './refused.ts';
import { TARGETS } from './rule-options.ts';

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
const BUSY = 'CHAIN_DEL failed (Device or resource busy)';

/** Carries out one line. Throws `Refused` where iptables-restore itself refuses it. */
export function runCommand(batch: Batch, command: Command): void {
  const { line, kind, chain: name } = command;
  const { chains } = batch.table;
  const named = chains.get(name ?? '');
  if (named !== undefined && !['delete', 'delete at', 'replace'].includes(kind)) named.isNeeded = true;
  switch (command.kind) {
    case 'chain':
      declare(batch, command);
      return;
    case 'new':
      if (chains.has(command.chain)) throw new Refused('failed', line, 'Chain already exists');
      newChain(batch, command.chain);
      return;
    case 'add': {
      checkTarget(batch, command.rule, line);
      const { rules } = chainOf(batch, command.chain, line);
      const at = command.at === 'end' ? rules.length : command.at - 1;
      if (at > rules.length) throw new Refused('failed', line, 'Index of insertion too big');
      rules.splice(at, 0, newRule(batch, command));
      return;
    }
    case 'replace': {
      checkTarget(batch, command.rule, line);
      const rules = oldRules(batch, command.chain, line);
      // nft has a built-in chain only once it was needed, and finds none here before that.
      if (rules.length === 0 && isBuiltin(batch.table.name, command.chain))
        throw new Unmodelled('-R in an empty chain');
      if (command.at > rules.length) throw new Refused('failed', line, 'Index of replacement too big');
      rules.splice(command.at - 1, 1, newRule(batch, command));
      return;
    }
    case 'delete at': {
      const rules = oldRules(batch, command.chain, line);
      if (command.at > rules.length) throw new Refused('failed', line, 'Index of deletion too big');
      rules.splice(command.at - 1, 1);
      return;
    }
    case 'delete': {
      checkTarget(batch, command.rule, line);
      const isFound = batch.place.backend === 'legacy' || chains.has(command.chain);
      const rules = isFound ? chainOf(batch, command.chain, line).rules : [];
      const at = rules.findIndex(({ text }) => text === command.rule.text);
      if (at < 0) throw new Refused('failed', line, 'Bad rule (does a matching rule exist in that chain?)');
      rules.splice(at, 1);
      return;
    }
    case 'flush':
      // iptables-nft 1.8.9 leaves a rule of the same batch where it is.
      if (command.chain === undefined && batch.made.size > 0) throw new Unmodelled('-F of all chains behind new rules');
      for (const chain of some(batch, command)) chain.rules.length = 0;
      return;
    case 'zero':
      zero(batch, command);
      return;
    case 'remove':
      remove(batch, command);
      return;
    case 'rename':
      rename(batch, command);
      return;
    case 'policy':
      if (!isBuiltin(batch.table.name, command.chain)) throw new Refused('failed', line, 'Bad built-in chain name');
      if (command.policy !== 'ACCEPT' && command.policy !== 'DROP')
        throw new Refused('failed', line, 'Bad policy name');
      Object.assign(chainOf(batch, command.chain, line), { policy: command.policy, counters: ZERO });
      batch.counted.add(command.chain);
      return;
    default:
      command satisfies never;
  }
}

function chainOf({ table }: Batch, name: string, line: number): LiveChain {
  const chain = table.chains.get(name);
  if (chain === undefined) throw new Refused('failed', line, NO_CHAIN);
  return chain;
}

/** The rules of a chain of which one goes: that needs no built-in chain of nft, and finds none. */
function oldRules(batch: Batch, name: string, line: number): LiveRule[] {
  const chain = chainOf(batch, name, line);
  const isMissing = batch.place.backend === 'nft' && isBuiltin(batch.table.name, name) && chain.isNeeded !== true;
  if (isMissing) throw new Refused('failed', line, NO_CHAIN);
  return chain.rules;
}

function some(batch: Batch, { chain, line }: { readonly chain: string | undefined; readonly line: number }) {
  return chain === undefined ? [...batch.table.chains.values()] : [chainOf(batch, chain, line)];
}

function newChain({ table, made }: Batch, name: string): void {
  const chain: LiveChain = { counters: ZERO, rules: [] };
  made.add(chain);
  table.chains.set(name, chain);
}

/** A `:CHAIN` line: sets the policy of a built-in chain, empties any other or makes it. */
function declare(batch: Batch, { chain, policy, counters, line }: Command & { readonly kind: 'chain' }): void {
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

function newRule({ made }: Batch, { rule, counters }: Command & { readonly kind: 'add' | 'replace' }): LiveRule {
  const live = { text: rule.text, counters };
  made.add(live);
  return live;
}

/** A rule leads to a target that there is or to a chain that is declared before it. */
function checkTarget({ place, table, commitLine }: Batch, { target, isGoto }: NormalRule, line: number): void {
  if (target === undefined || table.chains.has(target)) {
    if (target !== undefined && isBuiltin(table.name, target)) throw new Unmodelled('a jump to a built-in chain');
    return;
  }
  if (TARGETS[target] !== undefined && !isGoto) return;
  if (/^[A-Z]+$/.test(target)) throw new Unmodelled(`the target ${target}`);
  if (place.backend === 'nft') throw new Refused('usage', commitLine, `Chain '${target}' does not exist`);
  if (isGoto) throw new Refused('usage', line, `goto '${target}' is not a chain`);
  throw new Refused('usage', line, `Couldn't load target \`${target}':No such file or directory\n`);
}

function zero(batch: Batch, command: Command & { readonly kind: 'zero' | 'flush' | 'remove' }): void {
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

function remove(batch: Batch, { chain, line }: Command & { readonly kind: 'zero' | 'flush' | 'remove' }): void {
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

function rename(batch: Batch, { chain, to, line }: Command & { readonly kind: 'rename' }): void {
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
