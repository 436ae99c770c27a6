import type { Chain, Rule, Table } from '../rules/types.ts';
import type { ChainStates } from './place.ts';
import { chainStates, knownTexts, type TableChange } from './table-change.ts';

/**
 * Chains that are not as the step should have left them. Chains of ours are exactly as planned, policies and order included; what others
 * did since to their jumps into kept chains is theirs. Of a chain of others our jumps and the policy are as planned.
 */
export function notAsPlanned(change: TableChange, live: Table | undefined): readonly string[] {
  return chainStates(change, live).flatMap((states) => (isAsPlanned(states) ? [] : [states.name]));
}

function isAsPlanned({ made, now, isOurs, isTheirs }: ChainStates): boolean {
  if (isOurs && (made === undefined || now === undefined)) return made === now;
  const ours = (chain: Chain | undefined) => (chain?.rules ?? []).filter((rule) => !isTheirs(rule));
  if (made === undefined || now === undefined) return hasSameTexts(ours(made), ours(now));
  return made.policy === now.policy && hasSameTexts(ours(made), ours(now));
}

/**
 * Chains that are not as they were before the step, as far as the step or its ownership has to do with them:
 *
 * - a chain that the step made is gone, and one that it removed is there;
 * - a policy that the step set is what it was; those of chains of ours are in any case;
 * - a text that the step brought or took away stands in its chain as often as it did;
 * - the rules of ours, in their order, are those that were there;
 * - where no other program is seen to have written into the chain since, it is rule for rule what it was.
 *
 * So what may differ is only what others did: rules of their own in a chain of ours, texts that neither side of the step has, their jumps
 * to kept chains, and in their own chains everything but our jumps.
 */
export function notAsBefore(change: TableChange, live: Table | undefined): readonly string[] {
  return chainStates(change, live).flatMap((states) => (isAsBefore(states) ? [] : [states.name]));
}

function isAsBefore(states: ChainStates): boolean {
  const { was, made, now, isOurs, isTouched, isTheirs } = states;
  if (was === undefined) return made === undefined || now === undefined;
  if (now === undefined) return !isOurs;
  if ((isOurs || was.policy !== made?.policy) && now.policy !== was.policy) return false;
  if (!hasSameTexts(sorted(was.rules.filter(isTouched)), sorted(now.rules.filter(isTouched)))) return false;
  const known = knownTexts(was, made);
  const isForeign = (rule: Rule) => isTheirs(rule) || !known.has(rule.text);
  const ours = (chain: Chain) => chain.rules.filter((rule) => !isForeign(rule));
  const theirs = (chain: Chain) => chain.rules.filter(isForeign);
  if (!hasSameTexts(ours(was), ours(now))) return false;
  return !hasSameTexts(theirs(was), theirs(now)) || hasSameTexts(was.rules, now.rules);
}

function sorted(rules: readonly Rule[]): readonly Rule[] {
  return rules.toSorted((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0));
}

function hasSameTexts(some: readonly Rule[], others: readonly Rule[]): boolean {
  return some.length === others.length && some.every(({ text }, at) => text === others[at]?.text);
}
