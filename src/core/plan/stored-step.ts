import type { Table } from '../rules/types.ts';
import { readSetEdits } from '../sets/ipset/read-set-edits.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { printReverse, printStepEdits } from './step-edits.ts';
import type { StepFacts, TableStep } from './types.ts';

/*
 * Steps as plan files and journals keep them. Their edits are the text that runs, which people can read and run by hand; `before` and `after` are
 * digests; the two tables of a step stand beside it.
 */

type Stored = {
  /** Text for `iptables-restore --noflush --counters`, or for `ipset restore`. */
  readonly restore: string;
  /** The way back from exactly the state after this step. */
  readonly rollback: string;
  readonly before: string;
  readonly after: string;
};

export type StoredStep = Omit<StepFacts, 'before' | 'after' | 'digests'> & Stored;
export type StoredSetStep = Omit<SetStep, 'edits' | 'reverse' | 'digests'> & Stored;

/** The tables of a step in a file: null for one that did not exist. */
export type StoredTables = { readonly before: Table | null; readonly after: Table };

/** The form of a step on disk, without its tables. */
export function storeStep(step: TableStep): StoredStep {
  const { namespace, family, backend, table, ownership, chains, digests, created, notes } = step;
  const texts = { restore: printStepEdits(step), rollback: printReverse(step) };
  return { namespace, family, backend, table, ownership, chains, ...texts, ...digests, created, notes };
}

export function storeTables({ before, after }: Pick<TableStep, 'before' | 'after'>): StoredTables {
  return { before: before ?? null, after };
}

/** The step of a file, without its texts: what it does is made anew from its tables. */
export function readStep({ restore, rollback, before, after, ...facts }: StoredStep, tables: StoredTables): StepFacts {
  return { ...facts, before: tables.before ?? undefined, after: tables.after, digests: { before, after } };
}

/** The form of a step for a set on disk. */
export function storeSetStep(step: SetStep): StoredSetStep {
  const { edits, reverse, digests, ...facts } = step;
  return { ...facts, restore: printStepEdits(step), rollback: printReverse(step), ...digests };
}

/** The step of a file; undefined where its texts are none that fw prints. */
export function readSetStep({ restore, rollback, before, after, ...facts }: StoredSetStep): SetStep | undefined {
  const [edits, reverse] = [readSetEdits(restore), readSetEdits(rollback)];
  if (edits === undefined || reverse === undefined) return undefined;
  return { ...facts, edits, reverse, digests: { before, after } };
}
