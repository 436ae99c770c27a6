import { FwError } from '../../core/diagnostics/errors.ts';
import type { Commit } from '../../core/generation/types.ts';
import { tableSteps } from '../../core/plan/in-order.ts';
import type { Step } from '../../core/plan/types.ts';
import type { Proof } from '../../core/receipt/types.ts';
import type { OpenJournal, Ports } from '../../ports/ports.ts';
import { generationToBe } from '../generations/generation-to-be.ts';
import { prepareBefore } from '../generations/prepare-before.ts';
import { checkNoneGone } from '../live/bind-namespaces.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { seeUnchanged } from '../query/see-namespaces.ts';
import { bindPlan } from './bind-plan.ts';
import { conclude, type Pending } from './conclude.ts';
import { ensureWatched } from './ensure-watched.ts';
import { checkLock, goBack } from './go-back.ts';
import type { ApplyOptions } from './options.ts';
import { checkOwned, recheck, rehearsePlan } from './rehearse-plan.ts';
import { runChecks } from './run-checks.ts';
import { runInOrder } from './run-in-order.ts';
import { setDriver } from './set-driver.ts';
import { tableDriver } from './table-driver.ts';

/** What was proven, and until when the apply waits to be confirmed. */
export type Carried = { readonly proof: Proof; readonly pending: Pending | undefined };

/**
 * Carries out a plan and nothing else: all of it, proven by reading back, or none of it. This is the order that docs/architecture.md tells, from the rehearsal to the
 * end of the journal. The caller holds the lock.
 * Throws `apply.moved` when live is not what the plan was made from (nothing was touched), `apply.rolled-back` (`apply.check-failed` if
 * that was the reason) when something failed and everything is proven to be as before, `apply.broken` when that could not be proven.
 */
export async function applyPlan(ports: Ports, made: MadePlan, options: ApplyOptions): Promise<Carried> {
  const { kernel, report } = ports;
  const { stop, confirmSeconds } = options;
  const see = seeUnchanged(ports, made);
  checkOwned(tableSteps(made.plan));
  report({ kind: 'phase', phase: 'rehearse' });
  const bound = bindPlan(kernel, made);
  const begun: Step[] = [];
  let legacyLock: { release(): Promise<void> } | undefined;
  try {
    const rehearsal = await rehearsePlan(ports, made.plan);
    if (stop.aborted) throw stop.reason;
    const identities = await bound.identities();
    options.beginWriting();
    const journal = await ports.journal.begin(rehearsal.steps, options.operator, identities.written);
    try {
      const { ready, untouched } = askLater(rehearsal.isUntouched);
      const arming = prepare(ports, made, options, journal, (at) => see(identities.written, at)).then(
        async (commit) => {
          await ports.watchdog.arm(journal.id, confirmSeconds);
          return commit;
        },
      );
      const commit = await arming.finally(ready);
      report({ kind: 'phase', phase: 'recheck' });
      const watched = ensureWatched(ports, journal.id, confirmSeconds);
      watched.catch(() => undefined);
      if (rehearsal.tables.some(({ backend }) => backend === 'legacy')) legacyLock = await kernel.holdLegacyLock();
      await recheck(ports, rehearsal, untouched);
      await watched;
      await checkLock(ports);
      report({ kind: 'phase', phase: 'apply' });
      report({ kind: 'steps', total: rehearsal.steps.length });
      await runInOrder(ports, rehearsal.steps, begun, stop);
      report({ kind: 'phase', phase: 'verify' });
      const live = await tableDriver.verify(kernel, rehearsal.tables);
      await setDriver.verify(kernel, rehearsal.sets);
      await legacyLock?.release();
      // A namespace that is held open does not go away when it is deleted, and checks may take their time.
      bound.close();
      const proof = { live, checks: await runChecks(ports, made.checks, stop) };
      if (stop.aborted) throw stop.reason;
      await checkNoneGone(kernel, identities.all);
      await checkLock(ports);
      return { proof, pending: await conclude(ports, made, options, journal, { proof, commit }) };
    } catch (error) {
      bound.close();
      const failure = await goBack(ports, journal, begun, identities.written, error);
      await legacyLock?.release();
      // Nothing was written, so nothing went back: no line of the history.
      if (isUnchanged(failure)) await ports.generations.discard(journal.id).catch(() => undefined);
      throw failure;
    }
  } finally {
    await legacyLock?.release();
    bound.close();
  }
}

/** Writes down what was there before fw, where this apply is the first to write, and the generation that it becomes if it is kept. */
async function prepare(
  ports: Ports,
  made: MadePlan,
  { operator, state, signer, restores }: ApplyOptions,
  { id }: OpenJournal,
  seen: Parameters<typeof generationToBe>[2]['seen'],
): Promise<Commit | null> {
  await prepareBefore(ports, id, made, restores);
  const facts = { operator, state, journal: id, signer, restores };
  const generation = await generationToBe(ports, made, { ...facts, seen });
  await ports.generations.prepare(id, generation);
  return generation.commit ?? null;
}

function isUnchanged(failure: unknown): boolean {
  return failure instanceof FwError && failure.code !== 'apply.broken' && failure.firewall === 'unchanged';
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
