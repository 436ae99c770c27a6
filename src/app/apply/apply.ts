import type { EndedConnections } from '../../core/connections/ended.ts';
import type { CountedConnections } from '../../core/connections/wish.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { Proof } from '../../core/receipt/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordUnchanged } from '../generations/record-unchanged.ts';
import { settleFolder } from '../generations/settle-folder.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import type { Recovery } from '../recover/recover.ts';
import { tellReturns } from '../recover/tell-returns.ts';
import {
  askLater,
  beginJournal,
  checkPlaces,
  closeAttempt,
  makeReady,
  openAttempt,
  recheck,
  rehearse,
  verify,
} from './attempt.ts';
import { type Concluded, conclude, type Pending } from './conclude.ts';
import { fileGeneration } from './file-generation.ts';
import { goBack, hasMoved } from './go-back.ts';
import { noteRefused } from './note-refused.ts';
import type { ApplyOptions } from './options.ts';
import { endKept, findRefused } from './refused.ts';
import { runChecks } from './run-checks.ts';
import { runInOrder } from './run-in-order.ts';

export type ApplyStateOptions = ApplyOptions & {
  /** Makes the plan from what is live now; asked again when live moved. */
  readonly make: () => Promise<MadePlan>;
  /** A yes is needed also where no live rule changes, because the record does. */
  readonly asksAlways?: boolean;
  readonly lockTimeoutSeconds: number;
};

/** What an apply asks of the command that started it. */
export type Approval = {
  /** Unfinished applies were found and brought back. */
  recovered(recovery: Recovery): void;
  /** Shows the plan and waits for the answer. Throws `apply.unapproved` when there is no yes. Resolves to whether a person said it, to all that the plan opens. */
  approve(made: MadePlan): Promise<boolean>;
  /** Nothing changes: looks whether what the state promises of packets holds all the same. Throws `plan.guard` where it does not. */
  unchanged(made: MadePlan): Promise<void>;
  /** Live rules changed while fw was waiting or rehearsing: the plan is made again. */
  moved(error: FwError): void;
};

export type Applied = {
  /** A plan without steps means that nothing had to be done. */
  readonly made: MadePlan;
  /** Number of the generation that it became; undefined while it waits to be confirmed. */
  readonly generation: number | undefined;
  /** Nothing had to be done, and what is live was recorded as this generation, which did not hold it yet. */
  readonly isRecorded?: boolean;
  /** Why the generation could not be filed; the next run files it where something was applied. */
  readonly unfiled?: string;
  readonly pending?: Pending;
  /** What was proven before the apply was concluded; missing when nothing had to be done. */
  readonly proof?: Proof;
  /** What became of connections that it was to end; absent where none was, and while it waits to be confirmed. */
  readonly ended?: EndedConnections;
  /** How many `fw confirm` ends. */
  readonly toEnd?: number;
};

/** Live rules that never hold still for the time of one rehearsal are not worth more attempts than this. */
const ATTEMPTS = 5;

/**
 * All of `fw apply` and `fw rollback`, in the order of the list in docs/architecture.md: the whole plan, proven by reading it back, or none of it. Live that moved before
 * anything was written is planned anew. Throws `apply.rolled-back` (`apply.check-failed` if that was the reason) when something failed and everything is proven to be
 * as before, `apply.broken` when that could not be proven.
 */
export async function applyState(ports: Ports, options: ApplyStateOptions, approval: Approval): Promise<Applied> {
  // Asked first: without root the data folder could not be used either, and that is not what is wrong.
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'changing live rules needs CAP_NET_ADMIN');
  const lock = await ports.lock.acquire('fw apply', options.lockTimeoutSeconds);
  let rolledBack: Recovery['rolledBack'] = [];
  try {
    await settleFolder(ports, (recovery) => {
      rolledBack = recovery.rolledBack;
      approval.recovered(recovery);
    });
    for (let turn = 1; ; turn += 1) {
      const made = await options.make();
      const isEmpty = !hasChanges(made.plan);
      const isConfirmed = (!isEmpty || options.asksAlways === true) && (await approval.approve(made));
      if (isEmpty) {
        await approval.unchanged(made);
        return { made, ...(await recordUnchanged(ports, made, options)) };
      }
      options.stop.throwIfAborted();
      const attempt = openAttempt(ports, made, { ...options, isConfirmed });
      let concluded: Concluded;
      let refused: readonly CountedConnections[];
      try {
        const rehearsal = await rehearse(attempt);
        const record = await beginJournal(attempt, rehearsal);
        const asking = askLater(attempt, rehearsal);
        const commit = await makeReady(attempt, record);
        await recheck(attempt, record, rehearsal, asking);
        await runInOrder(attempt, rehearsal);
        const live = await verify(attempt, rehearsal);
        const checks = await runChecks(ports, made.checks, options.stop);
        await checkPlaces(attempt, record);
        refused = await findRefused(attempt);
        concluded = await conclude(attempt, record, { live, checks, refused }, commit);
      } catch (error) {
        const failure = await goBack(attempt, error);
        if (!hasMoved(failure) || turn === ATTEMPTS) throw failure;
        approval.moved(failure);
        continue;
      } finally {
        await closeAttempt(attempt);
      }
      const ended = await endKept(ports, concluded, refused);
      return { ...(await fileGeneration(ports, made, concluded)), ...(ended === undefined ? {} : { ended }) };
    }
  } catch (error) {
    await noteRefused(ports, options, error);
    throw tellReturns(error, rolledBack);
  } finally {
    await lock.release();
  }
}
