import type { StepOwnership } from '../plan/types.ts';
import { isBuiltin, pristineTable } from '../ruleset/builtin.ts';
import { underTemporaryName } from '../ruleset/hashlimit.ts';
import type { Chain, Rule, Table, TableName } from '../ruleset/types.ts';
import { chainsOf, jumpsOf } from './is-ours.ts';
import { placeRules } from './place.ts';

export type Revert = {
  /** The table before our change: where our part goes back to. */
  readonly before: Table | undefined;
  /** The table as our change left it, or would have left it. */
  readonly after: Table | undefined;
  /** The table as it is: others may have written meanwhile. */
  readonly live: Table | undefined;
  readonly ownership: StepOwnership;
};

/**
 * The table that undoes our own change and nobody else's. What others changed since stays; a chain that only we touched comes
 * back exactly as it was, counters included.
 */
export function revertTable(name: TableName, { before, after, live, ownership }: Revert): Table {
  const isOurs = chainsOf(ownership, (chain) => isBuiltin(name, chain));
  const isOurJump = jumpsOf(ownership);
  const base = before ?? pristineTable(name);
  const now = live ?? pristineTable(name);
  const left = after ?? pristineTable(name);
  const old = new Map(base.chains.map((chain) => [chain.name, chain]));
  const ours = new Map(left.chains.map((chain) => [chain.name, chain]));
  const present = now.chains.flatMap((chain): Chain[] => {
    const was = old.get(chain.name);
    const made = ours.get(chain.name);
    if (was === undefined) return made === undefined ? [chain] : [];
    return [isOurs(chain.name) ? revertOwned(was, made, chain) : revertForeign(was, made, chain, isOurJump)];
  });
  const names = new Set(present.map((chain) => chain.name));
  // A chain that our change took away and that is gone comes back; one that somebody else removed meanwhile does not.
  const removed = base.chains.filter(
    (chain) => !names.has(chain.name) && (isOurs(chain.name) || !ours.has(chain.name)),
  );
  return { name, chains: [...present, ...removed] };
}

/** Ours: as it was, plus rules that appeared in it since and that we never wrote. */
function revertOwned(was: Chain, made: Chain | undefined, now: Chain): Chain {
  const known = new Set([...was.rules, ...(made?.rules ?? [])].flatMap(({ text }) => [text, underTemporaryName(text)]));
  return { ...was, rules: placeRules(was.rules, now.rules, (rule) => !known.has(rule.text)) };
}

/** Foreign: as it is now, with our jumps where they were; the policy goes back only if we set it. */
function revertForeign(was: Chain, made: Chain | undefined, now: Chain, isJump: (rule: Rule) => boolean): Chain {
  const unchanged =
    now.rules.length === was.rules.length && now.rules.every((rule, at) => rule.text === was.rules[at]?.text);
  const others = now.rules.filter((rule) => !isJump(rule));
  const rules = unchanged ? now.rules : placeRules(others, was.rules, isJump);
  const setByUs = made !== undefined && made.policy !== was.policy && now.policy === made.policy;
  if (!setByUs || was.policy === undefined) return { ...now, rules };
  return { ...now, policy: was.policy, ...(was.counters === undefined ? {} : { counters: was.counters }), rules };
}
