import type { DesiredNamespace, DesiredState } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import { reachOf } from '../lint/reach.ts';
import type { LintOptions } from '../packets/lint/types.ts';
import { ruleTexts } from '../rule-text/rule-texts.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Table } from '../rules/types.ts';
import { namedSets } from '../sets/headers.ts';
import { allLines } from '../sets/ipset/lines.ts';
import type { LintFinding } from './types.ts';

/** What a state says of one family that its rules alone do not tell. */
export function desiredOptions({ rulesets }: DesiredNamespace, family: Family): Required<Omit<LintOptions, 'nodes'>> {
  const tables = rulesets.filter((one) => one.family === family).flatMap((one) => one.tables);
  const isAlone = (claim: (typeof tables)[number]['claims'][number]) =>
    claim.ownership.kind === 'exclusive' && claim.ownership.keep.length === 0;
  const shared = tables.filter(({ claims }) => !claims.every(isAlone)).map(({ name }) => name);
  const unreached = tables.flatMap((table) => {
    const reach = reachOf(table);
    return table.claims
      .flatMap(({ chains }) => chains)
      .filter(
        // A template may offer chains to the documents that use it.
        ({ name, span }) => !reach.has(name) && !isBuiltin(table.name, name) && span?.expanded === undefined,
      )
      .map(({ name }) => `${table.name} ${name}`);
  });
  return { shared: new Set(shared), unreached: new Set(unreached) };
}

/** Where the chains of one family were written, by `table chain`. */
export function chainSpans({ rulesets }: DesiredNamespace, family: Family): ReadonlyMap<string, Span> {
  const tables = rulesets.filter((one) => one.family === family).flatMap((one) => one.tables);
  return new Map(
    tables.flatMap(({ name, claims }) =>
      claims.flatMap(({ chains }) => chains.map((chain) => [`${name} ${chain.name}`, chain.span] as const)),
    ),
  );
}

/** Declared sets that no rule of their namespace, no list and no flow of a test names. */
export function unusedSets(
  desired: DesiredState,
  namespace: DesiredNamespace,
  tables: readonly Table[],
  originOf: (span: Span) => Origin,
): readonly LintFinding[] {
  const { sets } = namespace;
  if (sets.length === 0) return [];
  const named = namedSets(ruleTexts(tables));
  const inLists = sets
    .filter(({ header }) => header.startsWith('list:'))
    .flatMap(({ entries }) => (entries === undefined ? [] : allLines(entries.lines)))
    .flatMap((line) => line.split(/\s+/));
  const flows = [...(desired.reachable ?? []), ...(desired.tests ?? []).flatMap(({ expectations }) => expectations)];
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
      namespaces: [namespaceLabel(namespace.namespace)],
      subject: declared,
      origin: originOf(span),
    };
  });
}
