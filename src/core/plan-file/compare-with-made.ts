import { diffTable } from '../diff/diff-table.ts';
import type { ChainChange, Line } from '../diff/types.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import { stepLabel } from '../plan/progress.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Table } from '../rules/types.ts';
import { addedEntries, removedElements, type SetEdit } from '../sets/ipset/set-edit.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** What is shown of one place where the kernel is not as a plan file says. */
const MOST = 10;

/**
 * Where a plan file goes another way than what it declares asks for now, in words; empty where both are the same. Only then does the generation
 * that it becomes hold nothing but what the file shows and what is live already.
 */
export function differences(file: Plan, made: Plan): readonly string[] {
  const told = new Map(tableSteps(file).map((step) => [stepLabel(step), step]));
  const needed = new Set(made.steps.map(stepLabel));
  const tables = tableSteps(made).flatMap((step): readonly string[] => {
    const shown = told.get(stepLabel(step));
    if (shown === undefined) return describe(step);
    return isSameStep(shown, step) ? [] : [`${stepLabel(step)} is to be changed in another way than the plan shows`];
  });
  const missing = tableSteps(file).filter((step) => !needed.has(stepLabel(step)));
  const shown = new Map(setSteps(file).map((step) => [stepLabel(step), step]));
  const sets = setSteps(made).flatMap((step): readonly string[] => {
    const one = shown.get(stepLabel(step));
    return one !== undefined && isSameSet(one, step) ? [] : [`${stepLabel(step)} is not what the plan declares`];
  });
  return [
    ...tables,
    ...missing.map((step) => `${stepLabel(step)} is what the plan declares already`),
    ...sets,
    ...setSteps(file)
      .filter((step) => !needed.has(stepLabel(step)))
      .map((step) => `${stepLabel(step)} is not to be changed`),
  ];
}

function describe(step: TableStep): readonly string[] {
  const lines = diffTable(step.table, step.before, step.after).chains.flatMap((chain) => {
    const [old, fresh] = [new Set(chain.kept.map(([from]) => from)), new Set(chain.kept.map(([, to]) => to))];
    const policy = chain.before?.policy === chain.after?.policy ? [] : [`~ policy ${chain.after?.policy ?? 'none'}`];
    return [
      ...policy,
      ...(chain.before?.rules ?? []).flatMap((rule, at) => (old.has(at) ? [] : [`- ${chain.name} ${rule.text}`])),
      ...(chain.after?.rules ?? []).flatMap((rule, at) => (fresh.has(at) ? [] : [`+ ${chain.name} ${rule.text}`])),
    ];
  });
  const more = lines.length > MOST ? [`  and ${lines.length - MOST} more`] : [];
  return [
    `${stepLabel(step)} has no change in the plan, and is not what the plan declares:`,
    ...lines.slice(0, MOST).map((line) => `  ${line}`),
    ...more,
  ];
}

function isSameStep(one: TableStep, other: TableStep): boolean {
  return (
    one.digests.before === other.digests.before &&
    one.digests.after === other.digests.after &&
    one.backend === other.backend &&
    beginsNat(one) === beginsNat(other) &&
    JSON.stringify(one.ownership) === JSON.stringify(other.ownership)
  );
}

/**
 * A table that is not there and an empty one with policies ACCEPT do the same to packets, and one becomes the other without a rule (`iptables -L` on the legacy
 * backend). Only the table nat is more than its rules: with it the kernel begins to track connections.
 */
function beginsNat({ table, created }: TableStep): boolean {
  return created && table === 'nat';
}

/** What others put into a set meanwhile is theirs, where its entries are not declared. */
function isSameSet(one: SetStep, other: SetStep): boolean {
  const isAlike =
    one.change === other.change &&
    one.declared === other.declared &&
    one.isManaged === other.isManaged &&
    one.headers.before === other.headers.before &&
    one.headers.after === other.headers.after;
  if (!isAlike || !one.isManaged) return isAlike;
  return (
    one.added === other.added &&
    one.removed === other.removed &&
    doSame(one.edits, other.edits) &&
    doSame(one.reverse, other.reverse)
  );
}

/** The kernel prints the entries of a set in any order. */
function doSame(one: readonly SetEdit[], other: readonly SetEdit[]): boolean {
  return isSameList(addedEntries(one), addedEntries(other)) && isSameList(removedElements(one), removedElements(other));
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  const [from, to] = [one.toSorted(), other.toSorted()];
  return from.length === to.length && from.every((line, at) => line === to[at]);
}

/** The rows of a file, which were proven against its tables, with what the rules have counted since. */
export function withLiveCounters(shown: readonly ChainChange[], live: Table | undefined): readonly ChainChange[] {
  const chains = new Map(live?.chains.map((chain) => [chain.name, chain.rules]));
  return shown.map((change) => ({
    ...change,
    lines: change.lines.map((line): Line => {
      if (line.kind === 'keep' || line.kind === 'skip' || line.kind === 'add') return line;
      const { counters: _, ...rest } = line;
      const counters = chains.get(change.name)?.[line.from - 1]?.counters;
      return counters === undefined ? rest : { ...rest, counters };
    }),
  }));
}

/** Set steps with the places of the file. */
export function withOrigins(sets: readonly SetStep[], told: readonly SetStep[]): readonly SetStep[] {
  const origins = new Map(told.map((step) => [`${namespaceLabel(step.namespace)} ${step.set}`, step.origin]));
  return sets.map((step) => {
    const origin = origins.get(`${namespaceLabel(step.namespace)} ${step.set}`);
    return origin === undefined ? step : { ...step, origin };
  });
}
