import { isBuiltin, pristineTable } from '../ruleset/builtin.ts';
import { jumpTarget } from '../ruleset/jumps.ts';
import type { Chain, Policy, Rule, Table, TableName } from '../ruleset/types.ts';
import type { Span } from '../span.ts';
import type { Hook } from '../state/types.ts';
import { isOwnedBy } from './hook-chain.ts';
import { hookRules, type WantedHook } from './hook-rules.ts';
import { matchesGlob } from './matches-glob.ts';
import { placeRules } from './place.ts';

/** A claim whose rules are in the kernel's spelling. */
export type NormalClaim = {
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
 * without a claim on this table: their chains go away.
 */
export function adopt(
  name: TableName,
  live: Table | undefined,
  claims: readonly NormalClaim[],
  owners: readonly string[],
): Table {
  const base = live ?? pristineTable(name);
  const [claim] = claims;
  if (claim?.ownership.kind === 'exclusive') return adoptExclusive(base, claim, claim.ownership.keep);
  return adoptShared(base, claims, owners);
}

function adoptShared(live: Table, claims: readonly NormalClaim[], owners: readonly string[]): Table {
  const isOurs = (chain: string) => owners.some((owner) => isOwnedBy(owner, chain));
  const foreign = live.chains.filter((chain) => !isOurs(chain.name));
  const chains = foreign.map((chain) => {
    const hooks = claims.flatMap((claim) => hooksInto(claim, chain.name));
    const policy = claims
      .map((claim) => claim.policies.get(chain.name)?.policy)
      .find((declared) => declared !== undefined);
    return withPolicy({ ...chain, rules: hookRules(chain, hooks, isOurs) }, policy);
  });
  const owned = claims.flatMap((claim) => claim.chains.map(({ name, rules }): Chain => ({ name, rules })));
  return { name: live.name, chains: [...chains, ...owned] };
}

function hooksInto(claim: NormalClaim, builtin: string): WantedHook[] {
  if (claim.ownership.kind !== 'shared') return [];
  const { hook } = claim.ownership;
  return claim.chains.flatMap((chain) =>
    chain.hookInto === builtin ? [{ text: `-j ${chain.name}`, position: hook }] : [],
  );
}

function adoptExclusive(live: Table, claim: NormalClaim, keep: readonly string[]): Table {
  const declared = new Map(claim.chains.map((chain) => [chain.name, chain]));
  const isKept = (chain: string) =>
    !declared.has(chain) && !isBuiltin(live.name, chain) && keep.some((glob) => matchesGlob(glob, chain));
  const jumpsToKept = (rule: Rule) => keep.length > 0 && isKept(jumpTarget(rule.text)?.chain ?? '');
  const fromLive = live.chains.flatMap((chain): Chain[] => {
    if (isKept(chain.name)) return [chain];
    const wanted = declared.get(chain.name);
    if (wanted === undefined && chain.policy === undefined) return [];
    const rules = placeRules(wanted?.rules ?? [], chain.rules, jumpsToKept);
    return [withPolicy({ ...chain, rules }, claim.policies.get(chain.name)?.policy ?? 'ACCEPT')];
  });
  const present = new Set(fromLive.map((chain) => chain.name));
  const added = claim.chains.filter((chain) => !present.has(chain.name));
  return { name: live.name, chains: [...fromLive, ...added.map(({ name, rules }): Chain => ({ name, rules }))] };
}

function withPolicy(chain: Chain, policy: Policy | undefined): Chain {
  return chain.policy === undefined || policy === undefined ? chain : { ...chain, policy };
}
