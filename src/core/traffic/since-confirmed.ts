import { claimsOf } from '../generation/generation-of.ts';
import type { KeptNamespace } from '../generation/types.ts';
import { assemble, type NamespaceInput } from '../plan/assemble.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { pairKept } from '../sets/keep-sets.ts';
import { type FirewallPair, firewallsOfPlan } from './firewalls-of-plan.ts';
import type { LiveNamespace } from './live-namespace.ts';

/** What is declared now, as far as it tells whose rules are whose. */
type Declared = Pick<KeptNamespace, 'namespace' | 'owners' | 'claims'>;

/** What an earlier generation declared, and tables that were taken over since, as they were first declared. */
export type Confirmed = {
  readonly confirmed: readonly KeptNamespace[];
  readonly taken: readonly KeptNamespace[];
  readonly now: readonly Declared[];
};

/**
 * The firewalls that a plan makes, each beside what it would be now if only what an earlier generation declared were live, with the rules of others as they are. Those that
 * come to the same as live are left out.
 */
export function firewallsSince(
  plan: Plan,
  live: readonly LiveNamespace[],
  confirmed: Confirmed,
): readonly FirewallPair[] {
  const then = live.map((one) => inputOf(one, confirmed));
  const { plan: back, diagnostics } = assemble(then, { context: 0, originOf: () => '' });
  const isWhole = diagnostics.every(({ severity }) => severity !== 'error');
  const earlier = firewallsOfPlan(
    back,
    live.map((one, at) => ({ ...one, sets: then[at]?.sets ?? [] })),
  );
  return firewallsOfPlan(plan, live).flatMap((pair): readonly FirewallPair[] => {
    const { namespace, family, sides } = pair;
    const label = namespaceLabel(namespace);
    const old = earlier.find((one) => namespaceLabel(one.namespace) === label && one.family === family);
    if (old === undefined || 'unknown' in sides) return [];
    if ('unknown' in old.sides) return [{ namespace, family, sides: old.sides }];
    if (!isWhole)
      return [{ namespace, family, sides: { unknown: 'what was declared then cannot be put together any more' } }];
    return [{ namespace, family, sides: { before: old.sides.after, after: sides.after } }];
  });
}

function inputOf(
  { namespace, backend, rulesets, sets }: LiveNamespace,
  { confirmed, taken, now }: Confirmed,
): NamespaceInput {
  const label = namespaceLabel(namespace);
  const isHere = (one: Pick<KeptNamespace, 'namespace'>) => namespaceLabel(one.namespace) === label;
  const kept = confirmed.find(isHere);
  const present = now.filter(isHere);
  return {
    namespace,
    backend,
    // Chains of an owner that came since were not there.
    owners: [...new Set([...(kept?.owners ?? []), ...present.flatMap(({ owners }) => owners)])],
    live: rulesets,
    claims: [...(kept === undefined ? [] : [kept]), ...taken.filter(isHere)].flatMap(claimsOf),
    sets: pairKept(
      kept?.sets ?? [],
      sets.flatMap(({ live }) => (live === undefined ? [] : [live])),
    ),
  };
}
