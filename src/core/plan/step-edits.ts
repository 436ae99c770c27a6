import type { Ownership } from '../ownership/ownership.ts';
import type { Transaction } from '../restore/edit.ts';
import { pristineTable } from '../rules/builtin.ts';
import type { Backend, Table } from '../rules/types.ts';
import { compileHandOver, handOverNotes, namesToHandOver } from './hand-over.ts';
import { sideEffects } from './side-effects.ts';

/** A table that changes. */
export type ChangedTable = {
  readonly live: Table | undefined;
  readonly goal: Table;
  readonly ownership: Ownership;
};

/** The hashlimit tables that the tables of one family hand over, on the way there and on the way back. */
export type HandedOver = { readonly there: ReadonlySet<string>; readonly back: ReadonlySet<string> };

export type StepEdits = {
  readonly edits: readonly Transaction[];
  readonly reverse: readonly Transaction[];
  readonly notes: readonly string[];
};

/** What all tables that change in one family of a namespace hand over: a name means the same in each of them. */
export function handedOver(changed: readonly ChangedTable[]): HandedOver {
  return {
    there: namesToHandOver(changed.map(({ live, goal, ownership }) => ({ from: live, to: goal, ownership }))),
    back: namesToHandOver(changed.map(({ live, goal, ownership }) => ({ from: goal, to: live, ownership }))),
  };
}

/** The way from a live table to its goal, the way back, and what to tell about it: all of a step that follows from its two tables. */
export function stepEdits(
  { live, goal, ownership }: ChangedTable,
  backend: Backend,
  { there, back }: HandedOver,
): StepEdits {
  const before = live ?? pristineTable(goal.name);
  return {
    edits: compileHandOver(goal.name, { from: live, to: goal, ownership }, backend, there),
    reverse: compileHandOver(goal.name, { from: goal, to: before, ownership }, backend, back),
    notes: [...sideEffects(backend, live), ...handOverNotes(goal, there)],
  };
}
