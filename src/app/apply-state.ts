import { FwError } from '../core/errors.ts';
import type { Commit } from '../core/generation/types.ts';
import { hasChanges } from '../core/plan/has-changes.ts';
import type { Signer } from '../core/plan-file/signer.ts';
import type { Proof } from '../core/receipt/types.ts';
import { isPristine } from '../core/ruleset/builtin.ts';
import type { OpenJournal, Ports } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import { namespacesOf } from './bind-namespaces.ts';
import { ensureWatched } from './ensure-watched.ts';
import { generationToBe } from './generation-to-be.ts';
import type { MadePlan } from './make-plan.ts';
import { prepareBefore } from './prepare-before.ts';
import { prepareReceipt } from './prepare-receipt.ts';
import { readTables, type TableAddress } from './read-tables.ts';
import { recordUnchanged } from './record-unchanged.ts';
import type { Recovery } from './recover.ts';
import { runChecks } from './run-checks.ts';
import { seeUnchanged } from './see-namespaces.ts';
import { settleFolder } from './settle-folder.ts';
import { settleGenerations } from './settle-generations.ts';
import { tellReturns } from './tell-returns.ts';

export type ApplyStateOptions = {
  /** Makes the plan from what is live now; asked again when live moved. */
  readonly make: () => Promise<MadePlan>;
  /** What the plan is made from, as the command line named it. */
  readonly state: string;
  /** Number of the generation that this is a return to, 0 for what was there before fw; absent for an apply of a state. */
  readonly restores?: number | undefined;
  /** A yes is needed also where no live rule changes, because the record does. */
  readonly asksAlways?: boolean;
  readonly operator: string;
  /** Who signed the saved plan. */
  readonly signer?: Signer | undefined;
  /** Name of this machine, for the receipt. */
  readonly host?: string;
  readonly lockTimeoutSeconds: number;
  /** Seconds in which the apply must be confirmed, or all goes back; undefined keeps the apply as soon as it is verified. */
  readonly confirmSeconds: number | undefined;
  readonly stop: AbortSignal;
  /** Called before the first write: from then on a stop means going back. */
  readonly beginWriting: () => void;
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
  readonly pending?: { readonly id: string; readonly deadline: string; readonly seconds: number };
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
  let prepared: string | undefined;
  try {
    const { operator, stop, beginWriting } = options;
    let pending: Applied['pending'];
    let commit: Commit | null = null;
    let proof: Proof = { live: [], checks: [] };
    const see = seeUnchanged(ports, made);
    await applyPlan(ports, made.plan, {
      operator,
      stop,
      beginWriting,
      checkedFrom: namespacesOf(made.checks.map(({ from }) => ({ namespace: from }))),
      arm: async ({ id }, bound) => {
        const { state, signer, restores } = options;
        await prepareBefore(ports, id, made, restores);
        const facts = { operator, state, journal: id, signer, restores };
        const generation = await generationToBe(ports, made, { ...facts, seen: (at) => see(bound, at) });
        commit = generation.commit ?? null;
        await ports.generations.prepare(id, generation);
        prepared = id;
        await ports.watchdog.arm(id, options.confirmSeconds);
      },
      ensureWatched: ({ id }) => ensureWatched(ports, id, options.confirmSeconds),
      check: async (live) => {
        proof = { live, checks: await runChecks(ports, made.checks, stop) };
      },
      conclude: async (journal) => {
        pending = await conclude(ports, options, journal, (at, deadline) => {
          const { state, host = '', signer } = options;
          const states = made.about().applied;
          const facts = { journal: journal.id, at, host, operator, state, states, commit, deadline, signer };
          return prepareReceipt(ports, made, proof, facts);
        });
      },
    });
    if (pending !== undefined) return { made, generation: undefined, pending, proof };
    const settled = await settleIfPossible(ports);
    for (const address of made.created ?? []) await removeIfEmpty(ports, address);
    return { made, proof, ...settled };
  } catch (error) {
    if (!(error instanceof FwError) || error.code === 'apply.broken') throw error;
    // Nothing was written, so nothing went back: no line of the history.
    if (error.firewall === 'unchanged' && prepared !== undefined) await forget(ports, prepared);
    if (error.code === 'apply.moved' && error.firewall === 'unchanged') return error;
    await settleIfPossible(ports);
    throw error;
  }
}

/** The last line of the journal for now. It decides: before it is on disk a crash goes back, after it a crash keeps. */
async function conclude(
  ports: Ports,
  options: ApplyStateOptions,
  journal: OpenJournal,
  note: (at: string, deadline: string | null) => Promise<void>,
): Promise<Applied['pending']> {
  const now = ports.clock.now();
  const since = ports.clock.uptime();
  if (options.confirmSeconds === undefined) {
    await note(now.toISOString(), null);
    await journal.append({ kind: 'end', at: now.toISOString(), outcome: 'applied' });
    return undefined;
  }
  const deadline = new Date(now.getTime() + options.confirmSeconds * 1000).toISOString();
  await note(now.toISOString(), deadline);
  await ensureWatched(ports, journal.id, options.confirmSeconds);
  await journal.append({ kind: 'pending', deadline, since, due: since + options.confirmSeconds });
  return { id: journal.id, deadline, seconds: options.confirmSeconds };
}

/** An empty table decides about no packet: one that cannot be removed is no reason to fail. */
async function removeIfEmpty({ kernel }: Ports, address: TableAddress): Promise<void> {
  const [table] = await readTables(kernel, [address]).catch(() => []);
  if (table !== undefined && isPristine(table)) {
    await kernel.removeEmptyTable(address, address.table).catch(() => undefined);
  }
}

/** What cannot be discarded now is settled by the next run. */
async function forget({ generations }: Ports, id: string): Promise<void> {
  await generations.discard(id).catch(() => undefined);
}

/** The fate of the rules is decided and on disk; a generation that cannot be filed now is filed by the next run. */
async function settleIfPossible(ports: Ports): Promise<Pick<Applied, 'generation' | 'unfiled'>> {
  try {
    return { generation: await settleGenerations(ports) };
  } catch (error) {
    return { generation: undefined, unfiled: error instanceof Error ? error.message : String(error) };
  }
}
