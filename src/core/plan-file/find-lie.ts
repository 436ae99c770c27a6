import { stepLabel } from '../plan/step-label.ts';
import type { ChainChange, Step } from '../plan/types.ts';
import { isBuiltin } from '../ruleset/builtin.ts';
import { digestTable } from '../ruleset/digest.ts';
import type { Chain, Table } from '../ruleset/types.ts';
import { isHonest } from '../sets/is-honest.ts';
import { confinedTo } from './is-confined.ts';
import { transitionsOf } from './transitions.ts';
import type { PlanFile } from './types.ts';

/**
 * Where a plan file does not say the same in all its parts: the tables that it goes from and to, the digests that an apply and an approval
 * hold on to, and the changes that a reviewer sees. A file that fw wrote says the same. Undefined where all is well.
 */
export function findLie(file: PlanFile): string | undefined {
  const { plan, tables, transitions } = file;
  if (plan.steps.length !== tables.length) return 'it has not the tables of every step';
  for (const [index, step] of plan.steps.entries()) {
    const { before = null, after } = tables[index] ?? {};
    if (after === undefined) return 'it has not the tables of every step';
    const isSame =
      digestTable(before ?? undefined, step.table) === step.before && digestTable(after, step.table) === step.after;
    if (!isSame) return `${stepLabel(step)}: its tables are not those of its digests`;
    if (!shows(step, before, after)) return `${stepLabel(step)}: what it shows is not what it does`;
    const isConfined = confinedTo(step.table, { before, after });
    if (!isConfined(step.restore) || !isConfined(step.rollback)) {
      return `${stepLabel(step)}: its restore text holds what it does not show`;
    }
  }
  const set = plan.sets?.find((step) => !isHonest(step));
  if (set !== undefined) return `${stepLabel(set)}: what it shows is not what it does`;
  if (JSON.stringify(transitionsOf(plan)) !== JSON.stringify(transitions))
    return 'its transitions are not those of its steps';
  return undefined;
}

/** Whether the changes that are shown lead from one table to the other. */
function shows(step: Step, before: Table | null, after: Table): boolean {
  const old = new Map(before?.chains.map((chain) => [chain.name, chain]));
  const fresh = new Map(after.chains.map((chain) => [chain.name, chain]));
  const changes = new Map(step.chains.map((change) => [change.name, change]));
  if (changes.size !== step.chains.length) return false;
  return [...new Set([...old.keys(), ...fresh.keys(), ...changes.keys()])].every(
    (name) =>
      leadsTo(changes.get(name), old.get(name), fresh.get(name)) &&
      statusOf(changes.get(name)) === (isBuiltin(step.table, name) ? 'changed' : wayOf(old.get(name), fresh.get(name))),
  );
}

function statusOf(change: ChainChange | undefined): ChainChange['status'] {
  return change?.status ?? 'changed';
}

/** What becomes of a user chain. */
function wayOf(before: Chain | undefined, after: Chain | undefined): ChainChange['status'] {
  if (before === undefined) return 'new';
  return after === undefined ? 'removed' : 'changed';
}

function leadsTo(change: ChainChange | undefined, before: Chain | undefined, after: Chain | undefined): boolean {
  const old = before?.rules.map(({ text }) => text) ?? [];
  const fresh = after?.rules.map(({ text }) => text) ?? [];
  if (change === undefined) {
    return policyOf(before) === policyOf(after) && isSameList(old, fresh);
  }
  const leaving = new Set<number>();
  const coming = new Set<number>();
  for (const line of change.lines) {
    if (line.kind === 'skip') continue;
    if (line.kind === 'keep') {
      if (old[line.from - 1] !== line.text || fresh[line.to - 1] !== line.text) return false;
      continue;
    }
    if ('from' in line) {
      const was = line.kind === 'change' ? line.before : line.text;
      if (old[line.from - 1] !== was || leaving.has(line.from)) return false;
      leaving.add(line.from);
    }
    if ('to' in line) {
      if (fresh[line.to - 1] !== line.text || coming.has(line.to)) return false;
      coming.add(line.to);
    }
  }
  const kept = old.filter((_, index) => !leaving.has(index + 1));
  const stays = fresh.filter((_, index) => !coming.has(index + 1));
  const { from, to } = change.policy ?? { from: policyOf(before), to: policyOf(before) };
  return policyOf(before) === from && policyOf(after) === to && isSameList(kept, stays);
}

/** A built-in chain that a table leaves out is pristine. */
function policyOf(chain: Chain | undefined): string {
  return chain?.policy ?? 'ACCEPT';
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
