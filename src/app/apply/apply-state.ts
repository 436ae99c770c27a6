import { FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { Proof } from '../../core/receipt/types.ts';
import { isPristine } from '../../core/rules/builtin.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordUnchanged } from '../generations/record-unchanged.ts';
import { settleFolder } from '../generations/settle-folder.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { readTables, type TableAddress } from '../live/read-tables.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import type { Recovery } from '../recover/recover.ts';
import { tellReturns } from '../recover/tell-returns.ts';
import { applyPlan } from './apply-plan.ts';
import type { Pending } from './conclude.ts';
import type { ApplyOptions } from './options.ts';

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
  /** Shows the plan and waits for the answer. Throws `apply.unapproved` when there is no yes. */
  approve(made: MadePlan): Promise<void>;
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
};

/** Live rules that never hold still for the time of one rehearsal are not worth more attempts than this. */
const ATTEMPTS = 5;

/** All of `fw apply` and `fw rollback`: makes a plan, has it approved, carries it out. */
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
    for (let attempt = 1; ; attempt += 1) {
      const made = await options.make();
      if (!hasChanges(made.plan)) {
        if (options.asksAlways === true) await approval.approve(made);
        return { made, ...(await recordUnchanged(ports, made, options)) };
      }
      await approval.approve(made);
      if (options.stop.aborted) throw options.stop.reason;
      const applied = await tryPlan(ports, made, options);
      if (!(applied instanceof FwError)) return applied;
      if (attempt === ATTEMPTS) throw applied;
      approval.moved(applied);
    }
  } catch (error) {
    throw tellReturns(error, rolledBack);
  } finally {
    await lock.release();
  }
}

/** The error when live had moved before anything was written; every other failure is thrown. */
async function tryPlan(ports: Ports, made: MadePlan, options: ApplyStateOptions): Promise<Applied | FwError> {
  try {
    const { proof, pending } = await applyPlan(ports, made, options);
    if (pending !== undefined) return { made, generation: undefined, pending, proof };
    const settled = await settleIfPossible(ports);
    for (const address of made.created ?? []) await removeIfEmpty(ports, address);
    return { made, proof, ...settled };
  } catch (error) {
    if (!(error instanceof FwError) || error.code === 'apply.broken') throw error;
    if (error.code === 'apply.moved' && error.firewall === 'unchanged') return error;
    await settleIfPossible(ports);
    throw error;
  }
}

/** An empty table decides about no packet: one that cannot be removed is no reason to fail. */
async function removeIfEmpty({ kernel }: Ports, address: TableAddress): Promise<void> {
  const [table] = await readTables(kernel, [address]).catch(() => []);
  if (table !== undefined && isPristine(table)) {
    await kernel.removeEmptyTable(address, address.table).catch(() => undefined);
  }
}

/** The fate of the rules is decided and on disk; a generation that cannot be filed now is filed by the next run. */
async function settleIfPossible(ports: Ports): Promise<Pick<Applied, 'generation' | 'unfiled'>> {
  try {
    return { generation: await settleGenerations(ports) };
  } catch (error) {
    return { generation: undefined, unfiled: error instanceof Error ? error.message : String(error) };
  }
}
