import { type Claim, declaredPolicy, type Hook } from '../desired/claim.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { pristineTable } from '../rules/builtin.ts';
import { isHookChain } from '../rules/hook-chain.ts';
import type { Chain, Policy, Rule, Table, TableName } from '../rules/types.ts';
import { chainNames, type Ownership, ownershipOf } from './ownership.ts';
import { placeRules } from './place.ts';
import { stepOwnership } from './step-ownership.ts';

type WantedHook = {
  readonly text: string;
  readonly position: Hook;
  /** Whose hook it is, where several states are brought in at once. */
  readonly state?: string | undefined;
};

/**
 * Desired table of the whole kernel table: what the claims declare, plus what belongs to others, copied from live.
 * The differ that comes after it knows nothing about owners. `owners` lists every owner of the namespace, also those
 * without a claim on this table: their chains go away, but for `others`, which another state has.
 */
export function adopt(
  name: TableName,
  live: Table | undefined,
  claims: readonly Claim[],
  owners: readonly string[],
  others: readonly string[] = [],
): Table {
  const base = live ?? pristineTable(name);
  const [claim] = claims;
  const ownership = ownershipOf(name, stepOwnership(claims, owners, others));
  if (claim?.ownership.kind === 'exclusive') return adoptExclusive(base, claim, ownership);
  return adoptShared(base, claims, ownership);
}

function adoptShared(live: Table, claims: readonly Claim[], { ownsChain, ownsJump }: Ownership): Table {
  const foreign = live.chains.filter((chain) => !ownsChain(chain.name));
  const chains = foreign.map((chain) => {
    const hooks = claims.flatMap((claim) => hooksInto(claim, chain.name));
    const policy = claims.map((claim) => declaredPolicy(claim, chain.name)).find((declared) => declared !== undefined);
    return withPolicy({ ...chain, rules: hookRules(chain, hooks, ownsJump) }, policy);
  });
  const owned = claims.flatMap((claim) => claim.chains.map(({ name, rules }): Chain => ({ name, rules })));
  return { name: live.name, chains: [...chains, ...owned] };
}

function hooksInto(claim: Claim, builtin: string): WantedHook[] {
  if (claim.ownership.kind !== 'shared') return [];
  const { hook } = claim.ownership;
  return claim.chains.flatMap((chain) =>
    chain.hookInto === builtin ? [{ text: `-j ${chain.name}`, position: hook, state: claim.state }] : [],
  );
}

/** A chain that is both declared and kept is refused with the state; here it stays as it is. */
function adoptExclusive(live: Table, claim: Claim, { ownsChain, ownsRule }: Ownership): Table {
  const declared = new Map(claim.chains.map((chain) => [chain.name, chain]));
  const names = chainNames(live);
  const fromLive = live.chains.flatMap((chain): Chain[] => {
    if (!ownsChain(chain.name)) return [chain];
    const wanted = declared.get(chain.name);
    if (wanted === undefined && chain.policy === undefined) return [];
    // A jump to a kept chain that is declared as well is the declared one, and stands where that does.
    const own = new Set(wanted?.rules.map(({ text }) => text));
    const isTheirs = (rule: Rule) => !own.has(rule.text) && !ownsRule(chain.name, rule, names);
    const rules = placeRules(wanted?.rules ?? [], chain.rules, isTheirs);
    return [withPolicy({ ...chain, rules }, declaredPolicy(claim, chain.name) ?? 'ACCEPT')];
  });
  const present = new Set(fromLive.map((chain) => chain.name));
  const added = claim.chains.filter((chain) => !present.has(chain.name) && ownsChain(chain.name));
  return { name: live.name, chains: [...fromLive, ...added.map(({ name, rules }): Chain => ({ name, rules }))] };
}

function withPolicy(chain: Chain, policy: Policy | undefined): Chain {
  return chain.policy === undefined || policy === undefined ? chain : { ...chain, policy };
}

/**
 * Rules of a chain of others with exactly our jumps in it. A rule is ours exactly when it jumps to a chain of ours.
 * A jump that stands right stays where it is, so two states whose owners both hook first do not push each other down for ever:
 * `first` means in front of every rule that is not itself the hook of some owner, `last` likewise. The owners of one
 * state stand in the order of `hooks`, so what is wanted does not depend on which of them was there before. Several states come in one after
 * the other, as they did when each was applied for itself.
 */
function hookRules(chain: Chain, hooks: readonly WantedHook[], ownsJump: (rule: Rule) => boolean): readonly Rule[] {
  let rules = chain.rules.filter((rule) => !ownsJump(rule) || hooks.some((hook) => hook.text === rule.text));
  for (const state of new Set(hooks.map((hook) => hook.state))) {
    const own = hooks.filter((hook) => hook.state === state);
    for (const hook of [...own].reverse()) rules = settleHook(chain.name, rules, hook);
    rules = orderHooks(rules, own);
  }
  return rules;
}

function settleHook(chain: string, rules: readonly Rule[], hook: WantedHook): Rule[] {
  const isHook = (rule: Rule) => isHookChain(jumpOf(rule)?.chain ?? '', chain) && rule.text.startsWith('-j ');
  const found = rules.flatMap((rule, index) => (rule.text === hook.text ? [index] : []));
  const others = rules.filter((rule) => rule.text !== hook.text);
  const at = found[0] ?? -1;
  const single = found.length === 1;
  const kept = rules[at] ?? { text: hook.text };
  if (single && hook.position === 'any') return [...rules];
  if (single && hook.position === 'first' && rules.slice(0, at).every(isHook)) return [...rules];
  if (single && hook.position === 'last' && rules.slice(at).every(isHook)) return [...rules];
  return hook.position === 'last' ? [...others, kept] : [kept, ...others];
}

/** Settled hooks change places only among themselves. A last one stands in front of a first one only where all rules are hooks. */
function orderHooks(rules: readonly Rule[], hooks: readonly WantedHook[]): Rule[] {
  const ordered = (['first', 'last'] as const).flatMap((position) =>
    hooks.filter((hook) => hook.position === position).map(({ text }) => rules.find((rule) => rule.text === text)),
  );
  const rest = ordered.values();
  return rules.map((rule) => (ordered.includes(rule) ? (rest.next().value ?? rule) : rule));
}
