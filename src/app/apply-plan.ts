import { FwError } from '../core/errors.ts';
import type { NamespaceIdentity } from '../core/identity/types.ts';
import { unownedChanges } from '../core/ownership/unowned-changes.ts';
import { inOrder, isSetStep, setSteps, setsIn, tableSteps, tablesIn } from '../core/plan/in-order.ts';
import { listChains } from '../core/plan/list-chains.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import type { Plan, Step, TableStep } from '../core/plan/types.ts';
import type { Namespace, Table } from '../core/ruleset/types.ts';
import type { SetStep } from '../core/sets/types.ts';
import type { OpenJournal, Ports } from '../ports.ts';
import { allDone } from './all-done.ts';
import type { Driver } from './apply/driver.ts';
import { setDriver } from './apply/set-driver.ts';
import { tableDriver } from './apply/table-driver.ts';
import { bindNamespaces, checkNoneGone, namespacesOf } from './bind-namespaces.ts';
import { checkLock, goBack } from './go-back.ts';
import { proveSteps } from './prove-live.ts';
import type { StepSet } from './read-step-sets.ts';
import { lookAtTables } from './read-tables.ts';
import type { RehearsedTable } from './rehearse.ts';
import { watchCommits } from './watch-commits.ts';

export type ApplyOptions = {
  /** Who applies, for the journal. */
  readonly operator: string;
  /** Aborted by a signal, with the error to end with: no further table is begun, and what was done goes back. */
  readonly stop: AbortSignal;
  /** Called before anything is written, to the journal first. */
  readonly beginWriting: () => void;
  /** Called after the journal is on disk and before the first write. */
  readonly arm: (journal: OpenJournal, identities: readonly NamespaceIdentity[]) => Promise<void>;
  /** Called right before the first write: proves that what was armed is alive. What it throws leaves everything as it is. */
  readonly ensureWatched?: (journal: OpenJournal) => Promise<void>;
  /** Namespaces that the checks start in; one that is deleted before the end takes everything back, as one that is written does. */
  readonly checkedFrom?: readonly Namespace[];
  /** Called after everything is verified, with the digests of the live tables; what it throws rolls everything back. */
  readonly check?: (live: readonly string[]) => Promise<void>;
  /** Called last: writes to the journal how it ends, `applied` or `pending`. If that cannot be written, everything goes back. */
  readonly conclude: (journal: OpenJournal) => Promise<void>;
};

/**
 * Carries out a plan and nothing else: all of it, proven by reading back, or none of it. The caller holds the lock.
 * Throws `apply.moved` when live is not what the plan was made from (nothing was touched), `apply.rolled-back` (`apply.check-failed` if
 * that was the reason) when something failed and everything is proven to be as before, `apply.broken` when that could not be proven.
 */
export async function applyPlan(ports: Ports, plan: Plan, options: ApplyOptions): Promise<void> {
  const { kernel, report } = ports;
  checkOwned(tableSteps(plan));
  report({ kind: 'phase', phase: 'rehearse' });
  // From here on everything is done in the namespaces that the names stand for now, whatever becomes of the names.
  const written = namespacesOf(plan.steps);
  const bound = bindNamespaces(kernel, written);
  const from = (options.checkedFrom ?? []).map((namespace) => ({ namespace }));
  const checked = bindNamespaces(kernel, namespacesOf([...plan.steps, ...from]).slice(written.length));
  try {
    await carryOut(ports, plan, options, bound, checked);
  } finally {
    checked.close();
    bound.close();
  }
}

async function carryOut(
  ports: Ports,
  plan: Plan,
  options: ApplyOptions,
  bound: ReturnType<typeof bindNamespaces>,
  checked: ReturnType<typeof bindNamespaces>,
): Promise<void> {
  const { kernel, report } = ports;
  const planned = { tables: tableSteps(plan), sets: setSteps(plan) };
  const isUntouched = await watchCommits(kernel, planned.tables);
  const first = await lookAtTables(kernel, planned.tables);
  checkUnmoved(tableDriver, planned.tables, first.tables);
  const liveSets = await setDriver.read(kernel, planned.sets);
  checkUnmoved(setDriver, planned.sets, liveSets);
  const [{ tables, sets }] = await allDone([
    rehearse(ports, planned, { tables: first.tables, sets: liveSets }),
    proveSteps(kernel, planned.tables, first.tables),
  ]);
  const steps = inOrder(tables, sets);
  checkOwned(tables);
  if (options.stop.aborted) throw options.stop.reason;
  const identities = await bound.identities();
  const all = [...identities, ...(await checked.identities())];
  options.beginWriting();
  const journal = await ports.journal.begin(steps, options.operator, identities);
  const begun: Step[] = [];
  let legacyLock: { release(): Promise<void> } | undefined;
  try {
    const { ready, untouched } = askLater(isUntouched);
    await options.arm(journal, identities).finally(ready);
    report({ kind: 'phase', phase: 'recheck' });
    const watched = options.ensureWatched?.(journal);
    watched?.catch(() => undefined);
    if (tables.some((step) => step.backend === 'legacy')) legacyLock = await kernel.holdLegacyLock();
    if (!(await untouched)) checkUnmoved(tableDriver, tables, (await lookAtTables(kernel, tables, first)).tables);
    checkUnmoved(setDriver, sets, await setDriver.read(kernel, sets));
    await watched;
    await checkLock(ports);
    report({ kind: 'phase', phase: 'apply' });
    report({ kind: 'steps', total: steps.length });
    await run(ports, steps, begun, options.stop);
    report({ kind: 'phase', phase: 'verify' });
    const live = await tableDriver.verify(kernel, tables);
    await setDriver.verify(kernel, sets);
    await legacyLock?.release();
    // A namespace that is kept open does not go away when it is deleted, and checks may take their time.
    bound.close();
    checked.close();
    await options.check?.(live);
    if (options.stop.aborted) throw options.stop.reason;
    await checkNoneGone(kernel, all);
    await checkLock(ports);
    await options.conclude(journal);
  } catch (error) {
    checked.close();
    bound.close();
    throw await goBack(ports, journal, begun, identities, error);
  } finally {
    await legacyLock?.release();
  }
}

type Parts = { readonly tables: readonly RehearsedTable[]; readonly sets: readonly SetStep[] };

/** Sets first: rules name them. Resolves to the steps from what is live now. */
async function rehearse(
  { kernel }: Ports,
  planned: Parts,
  live: { readonly tables: readonly (Table | undefined)[]; readonly sets: readonly StepSet[] },
): Promise<Parts> {
  const sets = await setDriver.rehearse(kernel, planned.sets, live.sets, planned.sets);
  const tables = await tableDriver.rehearse(kernel, planned.tables, live.tables, sets);
  return { tables, sets };
}

/** Carries the steps out in their order; those of one kind that follow each other go to their driver together. */
async function run(
  ports: Ports,
  steps: readonly (RehearsedTable | SetStep)[],
  begun: Step[],
  stop: AbortSignal,
): Promise<void> {
  let left = steps;
  while (left.length > 0) {
    const isOfSets = left.slice(0, 1).some(isSetStep);
    const end = left.findIndex((step) => isSetStep(step) !== isOfSets);
    const part = end < 0 ? left : left.slice(0, end);
    await tableDriver.run(ports, tablesIn(part), begun, stop);
    await setDriver.run(ports, setsIn(part), begun, stop);
    left = left.slice(part.length);
  }
}

/** Begins to ask whether live is untouched, so that the answer is there at once when `ready` is called. */
function askLater(ask: (ready: Promise<void>) => Promise<boolean>) {
  let ready = () => {};
  const untouched = ask(
    new Promise((resolve) => {
      ready = resolve;
    }),
  );
  untouched.catch(() => undefined);
  return { ready, untouched };
}

function checkUnmoved<S extends Step, Undone, Live>(
  driver: Driver<S, Undone, Live>,
  steps: readonly S[],
  live: readonly Live[],
): void {
  const moved = steps.find((step, at) => !driver.isAt(step, live[at] as Live));
  if (moved !== undefined) throw new FwError('apply.moved', `${stepLabel(moved)} changed after the plan was made`);
}

/** Throws where a step would change chains that its own ownership leaves to others: going back would take our change for theirs. */
function checkOwned(steps: readonly TableStep[]): void {
  for (const step of steps) {
    const unowned = unownedChanges(step.table, step.ownership, step.before, step.after);
    if (unowned.length === 0) continue;
    throw new FwError('apply.not-owned', `${stepLabel(step)} would change what is not its own: ${listChains(unowned)}`);
  }
}
