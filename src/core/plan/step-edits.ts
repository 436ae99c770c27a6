import type { Ownership } from '../ownership/ownership.ts';
import type { Transaction } from '../restore/edit.ts';
import { printEdits } from '../restore/print-edits.ts';
import { pristineTable } from '../rules/builtin.ts';
import type { Backend, Table } from '../rules/types.ts';
import { printSetEdits } from '../sets/ipset/print-set-edits.ts';
import { compileHandOver, handOverNotes, namesToHandOver } from './hand-over.ts';
import type { Step } from './types.ts';

/** Matches whose inner state the legacy backend starts anew in the whole table at every commit (iptables 1.8.9). */
const RESTARTED = ['limit', 'quota'] as const;
/** A table that changes. */
export type ChangedTable = {
  readonly live: Table | undefined;
  readonly goal: Table;
  readonly ownership: Ownership;
};

/** The hashlimit tables that the tables of one family hand over, on the way there and on the way back. */
export type HandedOver = { readonly there: ReadonlySet<string>; readonly back: ReadonlySet<string> };

type StepEdits = {
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

/** What a commit does that the changed rules do not tell. */
function sideEffects(backend: Backend, live: Table | undefined): readonly string[] {
  if (backend === 'nft' || live === undefined) return [];
  const found = RESTARTED.filter((match) =>
    live.chains.some((chain) => chain.rules.some((rule) => rule.text.includes(`-m ${match} `))),
  );
  return found.length === 0
    ? []
    : [`legacy: every ${found.join(' and ')} match of this table starts anew at the commit`];
}

/** The text that a step gives to iptables-restore or to ipset. */
export function printStepEdits(step: Step): string {
  return 'set' in step ? printSetEdits(step.edits) : printEdits(step.table, step.edits);
}

/** The same for its way back. */
export function printReverse(step: Step): string {
  return 'set' in step ? printSetEdits(step.reverse) : printEdits(step.table, step.reverse);
}
