import { declaredName } from '../../core/counters/choose-rows.ts';
import { searchOwners } from '../../core/counters/find-owners.ts';
import { listRows } from '../../core/counters/list-rows.ts';
import type { OwnedRow } from '../../core/counters/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import type { BlamePlace } from '../../core/generation/blame.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';
import { readForImport } from '../import/read-for-import.ts';

/** A chain as the kernel has it, with who brought each rule and its policy. */
export type BlamedChain = { readonly place: BlamePlace; readonly rows: readonly OwnedRow[] };

/**
 * The live chain of that name, with all of its rules, those of others among them; behind it the chains that states call so, such as `fw-INPUT` for `INPUT`. Throws
 * `usage` where there is none.
 */
export async function blameChain(ports: Ports, place: BlamePlace): Promise<readonly BlamedChain[]> {
  const live = await readForImport(ports, [place.namespace], 'auto');
  const chains = live[0]?.rulesets[place.family].tables.find(({ name }) => name === place.table)?.chains ?? [];
  const called = chains.filter(({ name }) => name === place.chain);
  const declared = chains.filter(({ name }) => name !== place.chain && declaredName(name) === place.chain);
  const names = [...called, ...declared].map(({ name }) => name);
  if (names.length === 0) {
    const near = nearest(
      place.chain,
      chains.map(({ name }) => name),
    );
    throw new FwError('usage', `${place.namespace} ${place.family} ${place.table} has no chain ${place.chain}`, {
      ...(near === undefined ? {} : { next: `Did you mean ${near}?` }),
    });
  }
  const rows = listRows(live).filter(
    ({ family, table, chain }) => family === place.family && table === place.table && names.includes(chain),
  );
  const search = searchOwners(rows);
  for await (const one of keptGenerations(ports, 'newest')) {
    if (!search.see(one)) break;
  }
  const owned = search.owned();
  return names.map((chain) => ({ place: { ...place, chain }, rows: owned.filter((row) => row.chain === chain) }));
}
