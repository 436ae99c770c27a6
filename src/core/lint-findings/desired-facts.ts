import { claimsByTable } from '../desired/claim.ts';
import type { DesiredClaim, DesiredNamespace, DesiredState } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import { reachOf } from '../lint/reach.ts';
import type { LintOptions } from '../packets/lint/types.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family } from '../rules/types.ts';
import { namedSets } from '../sets/headers.ts';
import { allLines } from '../sets/ipset/lines.ts';
import type { LintFinding } from './types.ts';

/** What a state says of one family that its rules alone do not tell. */
export function desiredOptions({ claims }: DesiredNamespace, family: Family): Required<Omit<LintOptions, 'nodes'>> {
  const tables = claimsByTable(claims, family);
  const isAlone = ({ ownership }: DesiredClaim) => ownership.kind === 'exclusive' && ownership.keep.length === 0;
  const shared = tables.filter((one) => !one.claims.every(isAlone)).map(({ table }) => table);
  const unreached = tables.flatMap(({ table, claims }) => {
    const reach = reachOf(table, claims);
    return claims
      .flatMap(({ chains }) => chains)
      .filter(
        // A template may offer chains to the documents that use it.
        ({ name, span }) => !reach.has(name) && !isBuiltin(table, name) && span?.expanded === undefined,
      )
      .map(({ name }) => `${table} ${name}`);
  });
  return { shared: new Set(shared), unreached: new Set(unreached) };
}

/** Where the chains of one family were written, by `table chain`. */
export function chainSpans({ claims }: DesiredNamespace, family: Family): ReadonlyMap<string, Span> {
  return new Map(
    claims
      .filter((claim) => claim.family === family)
      .flatMap(({ table, chains }) => chains.map(({ name, span }) => [`${table} ${name}`, span] as const)),
  );
}

/** Declared sets that no rule of their namespace, of which these are the texts, no list and no flow of a test names. */
export function unusedSets(
  desired: DesiredState,
  namespace: DesiredNamespace,
  texts: readonly string[],
  originOf: (span: Span) => Origin,
): readonly LintFinding[] {
  const { sets } = namespace;
  if (sets.length === 0) return [];
  const named = namedSets(texts);
  const inLists = sets
    .filter(({ header }) => header.startsWith('list:'))
    .flatMap(({ entries }) => (entries === undefined ? [] : allLines(entries.lines)))
    .flatMap((line) => line.split(/\s+/));
  const flows = [...desired.reachable, ...desired.tests.flatMap(({ expectations }) => expectations)];
  const isNamed = (name: string, declared: string) =>
    named.has(name) ||
    inLists.includes(name) ||
    inLists.includes(declared) ||
    flows.some(({ flow }) => flow.includes(declared));
  const used = new Set(sets.filter(({ name, declared }) => isNamed(name, declared)).map(({ declared }) => declared));
  const unused = new Map(sets.filter(({ declared }) => !used.has(declared)).map((set) => [set.declared, set.span]));
  return [...unused].map(([declared, span]): LintFinding => {
    const nothing = { families: [], place: null, causes: [], more: 0 };
    return {
      ...nothing,
      id: 'FWL08',
      level: 'warning',
      namespaces: [namespaceLabel(namespace.namespace)],
      subject: declared,
      origin: originOf(span),
    };
  });
}
