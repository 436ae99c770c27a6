import type { GenerationClaim } from '../generation/types.ts';
import { chainNames, ownershipOf } from '../ownership/ownership.ts';
import { placeRules } from '../ownership/place.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { pristineTable } from '../rules/builtin.ts';
import type { Chain, Rule, Table } from '../rules/types.ts';
import type { TableBefore } from './types.ts';

export type LeftoverRule = { readonly chain: string; readonly text: string };

/** Texts of the rules that fw has ever declared in each chain of a table. */
export type Written = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The table without fw. In a shared one our chains and the jumps into them go, and the policies that we set are what they were. In an
 * exclusive one chains, rules and policies are what they were before, plus what others added since: rules and chains that fw has never written.
 */
export function goalBefore(kept: TableBefore, live: Table | undefined, written: Written): Table {
  const now = live ?? pristineTable(kept.table);
  const was = kept.before ?? pristineTable(kept.table);
  const chains = kept.ownership.kind === 'shared' ? sharedGoal(kept, was, now) : exclusiveGoal(kept, was, now, written);
  const names = new Set(chains.map(({ name }) => name));
  const all = new Set([...now.chains, ...was.chains].map(({ name }) => name));
  const { ownsChain } = ownershipOf(kept.table, kept.ownership);
  // A rule that others added and that jumps to a chain of ours would keep the chain from going.
  const hangs = (rule: Rule) => {
    const target = jumpOf(rule)?.chain ?? '';
    return all.has(target) && !names.has(target);
  };
  return {
    name: kept.table,
    chains: chains.map((chain) =>
      ownsChain(chain.name) && chain.rules.some(hangs)
        ? { ...chain, rules: chain.rules.filter((rule) => !hangs(rule)) }
        : chain,
    ),
  };
}

function sharedGoal({ table, ownership, policies }: TableBefore, was: Table, now: Table): readonly Chain[] {
  const { ownsChain: isOurs, ownsJump: isOurJump } = ownershipOf(table, ownership);
  const old = new Map(was.chains.map((chain) => [chain.name, chain]));
  const foreign = now.chains
    .filter(({ name }) => !isOurs(name))
    .map((chain): Chain => {
      const before = old.get(chain.name);
      const others = chain.rules.some(isOurJump) ? chain.rules.filter((rule) => !isOurJump(rule)) : chain.rules;
      // Jumps that were there before are those of an earlier fw, whose chains come back below.
      const rules = placeRules(others, before?.rules ?? [], isOurJump);
      const isSet = chain.policy !== undefined && policies[chain.name] === chain.policy;
      const policy = isSet ? (before?.policy ?? 'ACCEPT') : chain.policy;
      return { ...chain, ...(policy === undefined ? {} : { policy }), rules };
    });
  return [...foreign, ...was.chains.filter(({ name }) => isOurs(name))];
}

function exclusiveGoal({ table, ownership }: TableBefore, was: Table, now: Table, written: Written): readonly Chain[] {
  const { ownsChain: isOurs, ownsRule } = ownershipOf(table, ownership);
  const live = chainNames(now);
  const old = new Map(was.chains.map((chain) => [chain.name, chain]));
  const all = chainNames(was, now);
  const present = now.chains.flatMap((chain): Chain[] => {
    const before = old.get(chain.name);
    if (!isOurs(chain.name)) return [chain];
    if (before === undefined) return written.has(chain.name) ? [] : [chain];
    const own = new Set([...before.rules.map(({ text }) => text), ...(written.get(chain.name) ?? [])]);
    const liveTexts = new Set(chain.rules.map(({ text }) => text));
    // Jumps into chains that are left to others are theirs: they stand as they do now.
    const base = before.rules.filter((rule) => ownsRule(chain.name, rule, all) || liveTexts.has(rule.text));
    return [{ ...before, rules: placeRules(base, chain.rules, ({ text }) => !own.has(text)) }];
  });
  const missing = was.chains.filter(({ name }) => isOurs(name) && !live.has(name));
  return [...present, ...missing];
}

/** Rules that a state brought while it had the table for itself, and that the table goes on to hold among those of others. */
export function leftoverRules(
  goal: Table,
  claim: GenerationClaim | undefined,
  owners: readonly string[],
): readonly LeftoverRule[] {
  const brought = new Map(claim?.chains.map(({ name, rules }) => [name, new Set(rules.map(([text]) => text))]));
  const { ownsRule } = ownershipOf(goal.name, { kind: 'shared', owners });
  const chains = new Set(goal.chains.map(({ name }) => name));
  return goal.chains.flatMap(({ name, rules }) =>
    rules.flatMap((rule) =>
      brought.get(name)?.has(rule.text) === true && !ownsRule(name, rule, chains)
        ? [{ chain: name, text: rule.text }]
        : [],
    ),
  );
}
