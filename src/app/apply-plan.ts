import { FwError } from '../core/errors.ts';
import type { NamespaceIdentity } from '../core/identity/types.ts';
import type { BegunStep } from '../core/journal/types.ts';
import { digestPrecondition } from '../core/ownership/precondition.ts';
import { unownedChanges } from '../core/ownership/unowned-changes.ts';
import type { StepTables } from '../core/plan/assemble.ts';
import { listChains } from '../core/plan/list-chains.ts';
import { refreshCounters } from '../core/plan/refresh-counters.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import type { Plan, Step } from '../core/plan/types.ts';
import type { Namespace, Table } from '../core/ruleset/types.ts';
import type { SetStep } from '../core/sets/types.ts';
import type { OpenJournal, Ports } from '../ports.ts';
import { allDone } from './all-done.ts';
import { bindNamespaces, checkNoneGone, namespacesOf } from './bind-namespaces.ts';
import { type Begun, checkLock, goBack } from './go-back.ts';
import { proveSteps } from './prove-live.ts';
import { lookAtTables } from './read-tables.ts';
import { rehearse } from './rehearse.ts';
import { rehearseSets } from './rehearse-sets.ts';
import { checkSetsUnmoved, runSets, verifySets } from './run-sets.ts';
import { runSteps } from './run-steps.ts';
import { verify } from './verify.ts';
import { watchCommits } from './watch-commits.ts';
import type { Rehearsed } from './way-back.ts';

export type ApplyOptions = {
  /** Who applies, for the journal. */
  readonly operator: string;
  /** Aborted by a signal, with the error to end with: no further table is begun, and what was done goes back. */
  readonly stop: AbortSignal;
  /** Called before anything is written, to the journal first. */
  readonly beginWriting: () => void;
  /** Whole tables before and after, as planned, in the order of the steps. */
  readonly tables: readonly StepTables[];
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
  const { sets = [] } = plan;
  checkOwned(plan.steps, options.tables);
  report({ kind: 'phase', phase: 'rehearse' });
  // From here on everything is done in the namespaces that the names stand for now, whatever becomes of the names.
  const written = namespacesOf([...plan.steps, ...sets]);
  const bound = bindNamespaces(kernel, written);
  const from = (options.checkedFrom ?? []).map((namespace) => ({ namespace }));
  const checked = bindNamespaces(kernel, namespacesOf([...plan.steps, ...sets, ...from]).slice(written.length));
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
  const isUntouched = await watchCommits(kernel, plan.steps);
  const first = await lookAtTables(kernel, plan.steps);
  const before = first.tables;
  checkUnmoved(
    plan.steps,
    options.tables.map((table) => table.before),
    before,
  );
  const sets = await checkSetsUnmoved(kernel, plan.sets ?? []);
  const planned = options.tables.map((table) => table.after);
  const steps = refreshCounters(plan.steps, before, planned);
  const [rehearsed] = await allDone([
    rehearseSets(kernel, sets).then(() => rehearse(kernel, steps, before, planned, sets)),
    proveSteps(kernel, plan.steps, before),
  ]);
  checkOwned(plan.steps, rehearsed);
  if (options.stop.aborted) throw options.stop.reason;
  const identities = await bound.identities();
  const all = [...identities, ...(await checked.identities())];
  options.beginWriting();
  const journal = await ports.journal.begin(rehearsed.map(journalStep), options.operator, sets, identities);
  const begun: Begun = { tables: [], sets: [] };
  let legacyLock: { release(): Promise<void> } | undefined;
  try {
    const { ready, untouched } = askLater(isUntouched);
    await options.arm(journal, identities).finally(ready);
    report({ kind: 'phase', phase: 'recheck' });
    const watched = options.ensureWatched?.(journal);
    watched?.catch(() => undefined);
    if (plan.steps.some((step) => step.backend === 'legacy')) legacyLock = await kernel.holdLegacyLock();
    if (!(await untouched)) checkUnmoved(plan.steps, before, (await lookAtTables(kernel, plan.steps, first)).tables);
    await checkSetsUnmoved(kernel, sets);
    await watched;
    await checkLock(ports);
    report({ kind: 'phase', phase: 'apply' });
    report({ kind: 'steps', total: rehearsed.length + sets.length });
    const isLast = (step: SetStep) => step.change === 'destroy';
    await runSets(
      ports,
      sets.filter((step) => !isLast(step)),
      begun.sets,
      options.stop,
    );
    await runSteps(ports, rehearsed, begun.tables, options.stop);
    await runSets(ports, sets.filter(isLast), begun.sets, options.stop);
    report({ kind: 'phase', phase: 'verify' });
    const live = await verify(kernel, rehearsed);
    await verifySets(kernel, sets);
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

function checkUnmoved(
  steps: readonly Step[],
  before: readonly (Table | undefined)[],
  live: readonly (Table | undefined)[],
): void {
  const moved = steps.find(
    (step, at) =>
      before[at] !== live[at] && digestPrecondition(step, before[at]) !== digestPrecondition(step, live[at]),
  );
  if (moved !== undefined) throw new FwError('apply.moved', `${stepLabel(moved)} changed after the plan was made`);
}

/** Throws where a step would change chains that its own ownership leaves to others: going back would take our change for theirs. */
function checkOwned(steps: readonly Step[], tables: readonly StepTables[]): void {
  for (const [index, step] of steps.entries()) {
    const { before, after } = tables[index] ?? {};
    const unowned = unownedChanges(step.table, step.ownership, before, after);
    if (unowned.length === 0) continue;
    throw new FwError('apply.not-owned', `${stepLabel(step)} would change what is not its own: ${listChains(unowned)}`);
  }
}

function journalStep({ step, before, after }: Rehearsed): BegunStep {
  return { step, before: before ?? null, after };
}
