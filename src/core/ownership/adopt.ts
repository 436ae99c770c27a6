import type { Hook } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { pristineTable } from '../rules/builtin.ts';
import type { Chain, Policy, Rule, Table, TableName } from '../rules/types.ts';
import { hookRules, type WantedHook } from './hook-rules.ts';
import { chainNames, type Ownership, ownershipOf } from './ownership.ts';
import { placeRules } from './place.ts';
import { stepOwnership } from './step-ownership.ts';

/** A claim whose rules are in the kernel's spelling. */
export type NormalClaim = {
  /** Name of the state, where a plan is about several. */
  readonly state?: string;
  readonly ownership:
    | { readonly kind: 'shared'; readonly owner: string; readonly hook: Hook }
    | { readonly kind: 'exclusive'; readonly keep: readonly string[] };
  readonly chains: readonly NormalChain[];
  readonly policies: ReadonlyMap<string, { readonly policy: Policy; readonly span?: Span }>;
};

export type NormalChain = { readonly name: string; readonly hookInto?: string; readonly rules: readonly Rule[] };

/**
 * Desired table of the whole kernel table: what the claims declare, plus what belongs to others, copied from live.
 * The differ that comes after it knows nothing about owners. `owners` lists every owner of the namespace, also those
 * without a claim on this table: their chains go away, but for `others`, which another state has.
 */
export function adopt(
  name: TableName,
  live: Table | undefined,
  claims: readonly NormalClaim[],
  owners: readonly string[],
  others: readonly string[] = [],
): Table {
  const base = live ?? pristineTable(name);
  const [claim] = claims;
  const ownership = ownershipOf(name, stepOwnership(claims, owners, others));
  if (claim?.ownership.kind === 'exclusive') return adoptExclusive(base, claim, ownership);
  return adoptShared(base, claims, ownership);
}

function adoptShared(live: Table, claims: readonly NormalClaim[], { ownsChain, ownsJump }: Ownership): Table {
  const foreign = live.chains.filter((chain) => !ownsChain(chain.name));
  const chains = foreign.map((chain) => {
    const hooks = claims.flatMap((claim) => hooksInto(claim, chain.name));
    const policy = claims
      .map((claim) => claim.policies.get(chain.name)?.policy)
      .find((declared) => declared !== undefined);
    return withPolicy({ ...chain, rules: hookRules(chain, hooks, ownsJump) }, policy);
  });
  const owned = claims.flatMap((claim) => claim.chains.map(({ name, rules }): Chain => ({ name, rules })));
  return { name: live.name, chains: [...chains, ...owned] };
}

function hooksInto(claim: NormalClaim, builtin: string): WantedHook[] {
  if (claim.ownership.kind !== 'shared') return [];
  const { hook } = claim.ownership;
  return claim.chains.flatMap((chain) =>
    chain.hookInto === builtin ? [{ text: `-j ${chain.name}`, position: hook, state: claim.state }] : [],
  );
}

/** A chain that is both declared and kept is refused with the state; here it stays as it is. */
function adoptExclusive(live: Table, claim: NormalClaim, { ownsChain, ownsRule }: Ownership): Table {
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
    return [withPolicy({ ...chain, rules }, claim.policies.get(chain.name)?.policy ?? 'ACCEPT')];
  });
  const present = new Set(fromLive.map((chain) => chain.name));
  const added = claim.chains.filter((chain) => !present.has(chain.name) && ownsChain(chain.name));
  return { name: live.name, chains: [...fromLive, ...added.map(({ name, rules }): Chain => ({ name, rules }))] };
}

function withPolicy(chain: Chain, policy: Policy | undefined): Chain {
  return chain.policy === undefined || policy === undefined ? chain : { ...chain, policy };
}
