import type { Chain, Rule, Table } from '../rules/types.ts';
import type { ChainStates } from './place.ts';
import { alignTexts, placeRules } from './place.ts';
import { chainStates, knownTexts, type TableChange } from './table-change.ts';

/**
 * The table that undoes our own change and no other: the goal of going back.
 *
 * - A chain that the step made goes, one that it removed comes back as it was, counters included.
 * - A chain of ours is as it was, policy included, plus rules that others added since, which neither side of the step has. Jumps to kept
 *   chains are those of others: what they added and removed since stays so.
 * - A chain of others is as it is now, with our jumps as they were; the policy goes back only if the step set it.
 */
export function revertTable(change: TableChange, live: Table | undefined): Table {
  const chains = chainStates(change, live).flatMap((states): Chain[] => {
    const chain = revertChain(states);
    return chain === undefined ? [] : [chain];
  });
  return { name: change.table, chains };
}

function revertChain(states: ChainStates): Chain | undefined {
  const { was, made, now, isOurs } = states;
  if (was === undefined) return made === undefined ? now : undefined;
  if (now === undefined) return isOurs ? was : undefined;
  return isOurs ? revertOwned(states, was, now) : revertForeign(states, was, made, now);
}

function revertOwned({ made, isTheirs }: ChainStates, was: Chain, now: Chain): Chain {
  const known = knownTexts(was, made);
  const [old, fresh] = [was.rules.filter(isTheirs), now.rules.filter(isTheirs)];
  const same = alignTexts(old, fresh);
  const stayed = new Set(same.map(([from]) => old[from]));
  const settled = new Set(same.map(([, to]) => fresh[to]));
  const base = was.rules.filter((rule) => !isTheirs(rule) || stayed.has(rule));
  const isAdded = (rule: Rule) => (isTheirs(rule) ? !settled.has(rule) : !known.has(rule.text));
  return { ...was, rules: placeRules(base, now.rules, isAdded) };
}

function revertForeign({ isTheirs }: ChainStates, was: Chain, made: Chain | undefined, now: Chain): Chain {
  const isJump = (rule: Rule) => !isTheirs(rule);
  const unchanged =
    now.rules.length === was.rules.length && now.rules.every((rule, at) => rule.text === was.rules[at]?.text);
  const others = now.rules.filter(isTheirs);
  const rules = unchanged ? now.rules : placeRules(others, was.rules, isJump);
  const setByUs = made !== undefined && made.policy !== was.policy && now.policy === made.policy;
  if (!setByUs || was.policy === undefined) return { ...now, rules };
  return { ...now, policy: was.policy, ...(was.counters === undefined ? {} : { counters: was.counters }), rules };
}
