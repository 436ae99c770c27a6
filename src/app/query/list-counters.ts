import { isNamed } from '../../core/counters/choose-rows.ts';
import { searchOwners } from '../../core/counters/find-owners.ts';
import { listRows } from '../../core/counters/list-rows.ts';
import type { CounterRow, OwnedRow } from '../../core/counters/types.ts';
import type { BackendChoice } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import { BUILTIN } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, FAMILIES, type LiveRules } from '../../core/rules/types.ts';
import { numberRanges } from '../../core/text/number-ranges.ts';
import type { Ports } from '../../ports/ports.ts';
import { readKept } from '../generations/kept-generations.ts';
import { readForImport } from '../import/read-for-import.ts';
import { warnLeftOut } from '../import/warn-left-out.ts';
import { warnOtherBackend } from '../plan/other-backend.ts';

/** So many generations are looked through for the apply that brought a rule. */
const NEWEST = 20;

export type ListedCounters = {
  readonly rows: readonly OwnedRow[];
  /** Whether the data folder knows what was applied: without it nothing is known of who brought a rule. */
  readonly isKnown: boolean;
  /** Which backend the counters of each namespace are of. */
  readonly backends: ReadonlyMap<string, Backend>;
  readonly warnings: readonly Diagnostic[];
};

/**
 * The counters of all live rules and policies of some namespaces, with who brought each. `chains` are looked for: a name that no chain has is an error. `since` is a generation
 * that is asked for: the generations are looked through that far.
 */
export async function listCounters(
  ports: Ports,
  options: {
    readonly namespaces: readonly string[];
    readonly backend: BackendChoice;
    readonly chains: readonly string[];
    readonly since?: number | undefined;
  },
): Promise<ListedCounters> {
  const live = await readForImport(ports, options.namespaces, options.backend);
  const rows = listRows(live);
  // A built-in chain of an unused table has no counter, and is no mistake.
  const names = new Set([...Object.values(BUILTIN).flat(), ...chainsOf(live)]);
  for (const glob of options.chains) checkNamed(glob, names);
  const warnings = [...(await warnLeftOut(ports, options.namespaces)), ...warnOtherBackend(live)];
  const backends = new Map(live.map(({ namespace, backend }) => [namespaceLabel(namespace), backend]));
  return { ...(await ownCounters(ports, rows, options.since)), backends, warnings };
}

/** Rows with their owners. A generation is read only as long as an earlier one could tell more. */
async function ownCounters(
  { generations }: Pick<Ports, 'generations'>,
  rows: readonly CounterRow[],
  since?: number,
): Promise<Pick<ListedCounters, 'rows' | 'isKnown'>> {
  const numbers = await generations.numbers();
  if (since !== undefined && !numbers.includes(since)) throw noGeneration(since, numbers);
  const first = numbers.length - NEWEST;
  const search = searchOwners(rows);
  for (const [index, number] of [...numbers.entries()].reverse()) {
    const isFar = index < first && (since === undefined || number < since - 1);
    if (isFar) break;
    const one = await readKept({ generations }, number);
    if (one !== undefined && !search.see(one)) break;
  }
  return { rows: search.owned(), isKnown: numbers.length > 0 };
}

function noGeneration(since: number, numbers: readonly number[]): FwError {
  const kept = numbers.length === 0 ? 'none is kept yet' : `kept are ${numberRanges(numbers)}`;
  return new FwError('generation.missing', `there is no generation ${since}: ${kept}`);
}

function chainsOf(live: readonly LiveRules[]): readonly string[] {
  return live.flatMap(({ rulesets }) =>
    FAMILIES.flatMap((family) => rulesets[family].tables.flatMap(({ chains }) => chains.map(({ name }) => name))),
  );
}

function checkNamed(glob: string, names: ReadonlySet<string>): void {
  if ([...names].some((name) => isNamed(name, glob))) return;
  const near = nearest(glob, names);
  throw new FwError('usage', `no live chain is called ${JSON.stringify(glob)} there`, {
    ...(near === undefined ? {} : { next: `Did you mean ${near}?` }),
  });
}
