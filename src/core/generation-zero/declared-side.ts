import type { GenerationClaim, KeptNamespace } from '../generation/types.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import { pristineTable } from '../rules/builtin.ts';
import type { Backend, Policy } from '../rules/types.ts';
import type { BeforeFw, NamespaceBefore, TableBefore } from './types.ts';

/**
 * Generation 0 as a declaration, to compare it with others: of shared tables the policies that fw has set, as they were, and chains that had a
 * prefix of ours already; exclusive tables as they were. What belongs to others is in neither side.
 */
export function keptSide({ namespaces }: BeforeFw): readonly KeptNamespace[] {
  return namespaces.flatMap((one) => {
    const backends = [...new Set(one.tables.map(({ backend }) => backend))];
    return backends.map((backend, index) => sideOf(one, backend, index === 0));
  });
}

function sideOf({ namespace, tables, sets }: NamespaceBefore, backend: Backend, withSets: boolean): KeptNamespace {
  const own = tables.filter((one) => one.backend === backend && !one.isUnknown);
  const owners = [...new Set(own.flatMap(({ ownership }) => (ownership.kind === 'shared' ? ownership.owners : [])))];
  const kept = withSets ? sets.flatMap(({ before }) => before ?? []) : [];
  return { namespace, backend, owners, claims: own.map(claimOf), sets: kept };
}

function claimOf({ family, table, ownership, policies, before }: TableBefore): GenerationClaim {
  const { chains } = before ?? pristineTable(table);
  const { ownsChain: isOurs } = ownershipOf(table, ownership);
  const isPolicyOurs = (chain: string) => ownership.kind === 'exclusive' || Object.hasOwn(policies, chain);
  const old = chains.flatMap(({ name, policy }): (readonly [string, Policy])[] =>
    policy === undefined || !isPolicyOurs(name) ? [] : [[name, policy]],
  );
  return {
    family,
    table,
    ownership:
      ownership.kind === 'exclusive'
        ? ownership
        : { kind: 'shared', owner: ownership.owners[0] ?? 'fw', hook: 'first' },
    policies: Object.fromEntries(old),
    chains: chains.flatMap(({ name, rules }) =>
      isOurs(name) ? [{ name, rules: rules.map(({ text }): readonly [string] => [text]) }] : [],
    ),
  };
}
