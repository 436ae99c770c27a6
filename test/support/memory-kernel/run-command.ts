import { isBuiltin } from '../../../src/core/rules/builtin.ts';
import { type Batch, chainOf, newChain, oldRules, some } from './batch.ts';
import { declare, remove, rename, zero } from './chain-commands.ts';
import type { Command } from './command.ts';
import { type LiveRule, ZERO } from './live-table.ts';
import type { NormalRule } from './normal-rule.ts';
import { Refused, Unmodelled } from './refused.ts';
import { TARGETS } from './rule-options.ts';

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
