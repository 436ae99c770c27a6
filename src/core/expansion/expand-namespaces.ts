import type { DesiredChain, DesiredClaim, DesiredNamespace } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { isNamespaceSelected, isSelected } from '../selection/is-selected.ts';
import type { Selection } from '../selection/types.ts';
import { allLines } from '../sets/ipset/lines.ts';
import type { DesiredSet } from '../sets/ipset/types.ts';
import type { ExpandedChain, ExpandedNamespace, ExpandedSet, ExpandedTable } from './types.ts';

/** The namespaces of a state with every rule that it stands for, as far as they are selected. */
export function expandNamespaces(
  namespaces: readonly DesiredNamespace[],
  { selection, originOf }: { readonly selection: Selection; readonly originOf: (span: Span) => string },
): readonly ExpandedNamespace[] {
  return namespaces.flatMap(({ namespace, backend, claims, sets }) => {
    const label = namespaceLabel(namespace);
    if (!isNamespaceSelected(selection, label)) return [];
    const tables = claims
      .filter(({ family, table }) => isSelected(selection, label, family, table))
      .map((claim) => expandClaim(claim, originOf));
    return [{ namespace: label, backend, sets: sets.map(expandSet), tables }];
  });
}

function expandClaim(
  { family, table, ownership, chains, policies }: DesiredClaim,
  originOf: (span: Span) => string,
): ExpandedTable {
  const policyOf = new Map(Object.entries(policies));
  const expanded = chains.map((chain) => expandChain(chain, policyOf.get(chain.hookInto ?? chain.name), originOf));
  const told = new Set(chains.map(({ name, hookInto }) => hookInto ?? name));
  const bare = [...policyOf]
    .filter(([chain]) => !told.has(chain))
    .map(([chain, policy]): ExpandedChain => ({ name: chain, declared: chain, policy, rules: [] }));
  return {
    family,
    table,
    ownership: ownership.kind,
    owner: ownership.kind === 'shared' ? ownership.owner : null,
    chains: [...expanded, ...bare],
  };
}

function expandChain(
  { name, declared, rules }: DesiredChain,
  policy: ExpandedChain['policy'] | undefined,
  originOf: (span: Span) => string,
): ExpandedChain {
  return {
    name,
    declared,
    policy: policy ?? null,
    rules: rules.map(({ text, id, span }) => ({ rule: text, id: id ?? null, origin: originOf(span) })),
  };
}

function expandSet({ name, declared, header, entries }: DesiredSet): ExpandedSet {
  return { name, declared, header, entries: entries === undefined ? null : allLines(entries.lines) };
}
