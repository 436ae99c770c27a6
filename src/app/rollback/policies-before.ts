import { type Claim, type ClaimOwnership, claimsOn } from '../../core/desired/claim.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { type PolicyPlace, policyAt, policyIn } from '../../core/generation/policy-at.ts';
import { isUsed } from '../../core/generation/states/wanted-namespaces.ts';
import type { GenerationClaim, KeptNamespace, NumberedGeneration } from '../../core/generation/types.ts';
import { tableKey } from '../../core/generation-zero/extend-before.ts';
import type { TableBefore } from '../../core/generation-zero/types.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { BUILTIN } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Policy } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { numberedSinceBefore } from './since-before.ts';

/** A policy that states set and do not declare any more, and what it was without them: its value, or why it is not known. */
type SetPolicy = PolicyPlace & {
  readonly ownership: Extract<ClaimOwnership, { kind: 'shared' }>;
  readonly set: Policy;
  /** A state had the whole table: the policy goes back, also where another program changed it since. */
  readonly wasExclusive: boolean;
  readonly before: { readonly policy: Policy } | { readonly unknown: string };
};

type PoliciesBefore = {
  /** The input with the policies of before, where the live ones are still those that fw set. */
  readonly withPolicies: (input: NamespaceInput) => NamespaceInput;
  readonly warnings: readonly Diagnostic[];
};

/**
 * Policies that states set now and that are not declared where they go: a policy DROP that stayed without the rules that accept would cut the machine
 * off. They become what they were at the generation that is gone back to, or before fw where the states are forgotten; one of which nothing is known stays, with a
 * warning.
 */
export async function policiesBefore(
  ports: Ports,
  way: {
    readonly then: readonly KeptNamespace[];
    readonly now: readonly KeptNamespace[];
    /** Number of the generation that is gone back to; undefined where states are forgotten. */
    readonly target: number | undefined;
  },
): Promise<PoliciesBefore> {
  const places = leavingPolicies(way.then, way.now);
  if (places.length === 0) return { withPolicies: (input) => input, warnings: [] };
  const record = await ports.before.read();
  const known = new Map(
    (record?.namespaces ?? []).flatMap(({ namespace, tables }) =>
      tables.map((one) => [tableKey({ namespace, ...one }), one] as const),
    ),
  );
  const { target } = way;
  const generations = target === undefined ? [] : await numberedSinceBefore(ports);
  const all = places.map((place): SetPolicy => {
    const kept = known.get(tableKey(place));
    return {
      ...place,
      before: target === undefined ? policyBefore(kept, place) : policyThen(kept, place, generations, target),
    };
  });
  return { withPolicies: (input) => withPolicies(input, all), warnings: warnUnknown(all) };
}

function leavingPolicies(
  then: readonly KeptNamespace[],
  now: readonly KeptNamespace[],
): readonly Omit<SetPolicy, 'before'>[] {
  const old = new Map(then.map(({ namespace, claims }) => [namespaceLabel(namespace), claims]));
  return now.flatMap(({ namespace, backend, claims }) => {
    const were = old.get(namespaceLabel(namespace)) ?? [];
    return claims.flatMap((claim) => {
      const { family, table } = claim;
      const ownership = claim.ownership.kind === 'shared' ? claim.ownership : ownerThen(were, claim);
      // A table that is given up becomes what it was as a whole.
      if (ownership === undefined) return [];
      const wasExclusive = claim.ownership.kind === 'exclusive';
      return BUILTIN[table].flatMap((chain): readonly Omit<SetPolicy, 'before'>[] => {
        const set = policyIn([claim], { family, table, chain });
        if (set === undefined || policyIn(were, { family, table, chain }) !== undefined) return [];
        return [{ namespace, backend, family, table, chain, ownership, set, wasExclusive }];
      });
    });
  });
}

/** The owner that shared the table then with others; undefined where none did. */
function ownerThen(claims: readonly GenerationClaim[], { family, table }: GenerationClaim) {
  const found = claimsOn(claims, family, table).find(isUsed);
  return found?.ownership.kind === 'shared' ? found.ownership : undefined;
}

function policyThen(
  kept: TableBefore | undefined,
  place: PolicyPlace,
  generations: readonly NumberedGeneration[],
  target: number,
): SetPolicy['before'] {
  const policy = policyAt(generations, place, target);
  if (policy === 'before') return policyBefore(kept, place);
  if (policy !== 'unknown') return { policy };
  const at = generations.find(({ number }) => number === target)?.generation.at;
  // Nothing was set in a table that fw had not written to by then.
  if (kept !== undefined && at !== undefined && kept.at > at) return policyBefore(kept, place);
  return { unknown: `which generation before generation ${target} set it is not kept any more` };
}

function policyBefore(kept: TableBefore | undefined, { chain }: PolicyPlace): SetPolicy['before'] {
  if (kept === undefined || kept.isUnknown || kept.isLeft) {
    return { unknown: 'generation 0 does not know what it was before fw' };
  }
  return { policy: kept.before?.chains.find(({ name }) => name === chain)?.policy ?? 'ACCEPT' };
}

function withPolicies(input: NamespaceInput, all: readonly SetPolicy[]): NamespaceInput {
  const label = namespaceLabel(input.namespace);
  const here = all.flatMap((one) => {
    if (one.backend !== input.backend || namespaceLabel(one.namespace) !== label) return [];
    const table = input.live[one.family].tables.find(({ name }) => name === one.table);
    const live = table?.chains.find(({ name }) => name === one.chain)?.policy;
    // What another program set since is theirs.
    if (live !== one.set && !one.wasExclusive) return [];
    if ('policy' in one.before) return [{ ...one, policy: one.before.policy }];
    return live === undefined ? [] : [{ ...one, policy: live }];
  });
  if (here.length === 0) return input;
  const claims = here.map(
    ({ family, table, ownership, chain, policy }): Claim => ({
      family,
      table,
      ownership,
      policies: { [chain]: policy },
      chains: [],
    }),
  );
  return { ...input, claims: [...input.claims, ...claims] };
}

function warnUnknown(all: readonly SetPolicy[]): readonly Diagnostic[] {
  return all.flatMap(({ namespace, family, table, chain, set, before }): readonly Diagnostic[] => {
    if (!('unknown' in before)) return [];
    const place = `${chain} in ${family} ${table} of ${namespaceLabel(namespace)}`;
    return [
      {
        severity: 'warning',
        code: 'state.policy-stays',
        message: `The policy of ${place} stays ${set}: ${before.unknown}`,
      },
    ];
  });
}
