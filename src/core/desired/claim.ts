import type { Span } from '../diagnostics/span.ts';
import type { Family, Policy, Rule, TableName } from '../rules/types.ts';

export type Hook = 'first' | 'last' | 'any';

/**
 * How an owner has a table.
 * shared: every chain is called `OWNER-...`; the built-in chains keep the rules of others and get one jump.
 * exclusive: the table is as declared, apart from foreign chains that match a `keep` glob and the jumps to them.
 */
export type ClaimOwnership =
  | { readonly kind: 'shared'; readonly owner: string; readonly hook: Hook }
  | { readonly kind: 'exclusive'; readonly keep: readonly string[] };

/** One owner's part of a table in the kernel's spelling: what a plan is made from, and what a generation keeps of it. `R` is how a rule stands in it. */
export type Claim<R = Rule> = {
  /** Name of the state, where the claims of several are listed together; not in a file. */
  readonly state?: string;
  readonly family: Family;
  readonly table: TableName;
  readonly ownership: ClaimOwnership;
  /** By built-in chain; see `declaredPolicy`. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** Where they were written, if they were; not in a file. */
  readonly policySpans?: Readonly<Record<string, Span>>;
  readonly chains: readonly {
    /** Name in the kernel. */
    readonly name: string;
    /** Shared ownership: the built-in chain that gets a jump to this chain. */
    readonly hookInto?: string;
    readonly rules: readonly R[];
  }[];
};

/** The claims on one table. */
export function claimsOn<C extends Pick<Claim, 'family' | 'table'>>(
  claims: readonly C[],
  family: Family,
  table: TableName,
): readonly C[] {
  return claims.filter((claim) => claim.family === family && claim.table === table);
}

/** The tables of a family that some claims are about, in their order. */
export function claimedTables(
  claims: readonly Pick<Claim, 'family' | 'table'>[],
  family: Family,
): readonly TableName[] {
  return [...new Set(claims.flatMap((claim) => (claim.family === family ? [claim.table] : [])))];
}

/** The claims of a family by table, the tables in their order. */
export function claimsByTable<C extends Pick<Claim, 'family' | 'table'>>(
  claims: readonly C[],
  family: Family,
): readonly { readonly table: TableName; readonly claims: readonly C[] }[] {
  return claimedTables(claims, family).map((table) => ({ table, claims: claimsOn(claims, family, table) }));
}

/** The policy that a claim gives a chain, which may have any name; undefined where it gives none. */
export function declaredPolicy({ policies }: Pick<Claim, 'policies'>, chain: string): Policy | undefined {
  return Object.hasOwn(policies, chain) ? policies[chain] : undefined;
}
