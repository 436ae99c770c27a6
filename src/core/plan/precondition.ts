import { ownershipOf } from '../ownership/ownership.ts';
import { countedChains } from '../restore/edit.ts';
import { pristineTable } from '../rules/builtin.ts';
import { digestTable } from '../rules/digest.ts';
import type { Chain, Table } from '../rules/types.ts';
import type { TableStep } from './types.ts';

type OwnStep = Pick<TableStep, 'table' | 'ownership' | 'edits'>;

/**
 * Digest of what a step relies on: fw's own part of the table, and the whole of every foreign chain into which it inserts behind a
 * counted number of rules. Deletes go by text and inserts mostly to the top or the end, so whatever else others do in the
 * table leaves the step as good as it was.
 */
export function digestPrecondition(step: OwnStep, table: Table | undefined): string {
  const whole = table ?? pristineTable(step.table);
  const owned = new Map(partOf(step, whole).chains.map((chain) => [chain.name, chain]));
  const counted = countedChains(step.edits);
  const chains = whole.chains.flatMap((chain): Chain[] => {
    const part = counted.has(chain.name) ? chain : owned.get(chain.name);
    return part === undefined ? [] : [part];
  });
  return digestTable({ name: whole.name, chains }, step.table);
}

/** Digest of fw's own part of a table. */
export function digestOwned(step: OwnStep, table: Table | undefined): string {
  return digestTable(partOf(step, table ?? pristineTable(step.table)), step.table);
}

/** Digest of what belongs to others: their chains, without policies, which are declared, and without jumps into chains of ours. */
export function digestForeign(step: OwnStep, table: Table | undefined): string {
  const { ownsChain, ownsJump } = ownershipOf(step.table, step.ownership);
  const chains = (table?.chains ?? []).flatMap(({ name, rules }): Chain[] =>
    ownsChain(name) ? [] : [{ name, rules: rules.filter((rule) => !ownsJump(rule)) }],
  );
  return digestTable({ name: step.table, chains }, step.table);
}

function partOf({ table, ownership }: OwnStep, whole: Table): Table {
  return ownershipOf(table, ownership).part(whole);
}
