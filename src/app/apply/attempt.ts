import { FwError } from '../../core/diagnostics/errors.ts';
import type { Commit } from '../../core/generation/types.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import { tableSteps } from '../../core/plan/in-order.ts';
import type { Step } from '../../core/plan/types.ts';
import type { Kernel, OpenJournal, Ports, SpareWatchdog } from '../../ports/ports.ts';
import { generationToBe } from '../generations/generation-to-be.ts';
import { prepareBefore } from '../generations/prepare-before.ts';
import { bindNamespaces, checkDistinct, checkNoneGone, namespacesOf } from '../live/bind-namespaces.ts';
import { allDone } from '../live/settle-all.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { seeUnchanged } from '../query/see-namespaces.ts';
import { checkAlone } from '../recover/other-folders.ts';
import { ensureWatched } from './ensure-watched.ts';
import type { ApplyOptions } from './options.ts';
import { checkOwned, checkUntouched, type Rehearsal, rehearsePlan } from './rehearse-plan.ts';
import { setDriver } from './set-driver.ts';
import { tableDriver } from './table-driver.ts';

/** One attempt to carry a plan out. `open` is what it has opened so far, for the way back and to be closed. */
export type Attempt = {
  readonly ports: Ports;
  readonly made: MadePlan;
  readonly options: ApplyOptions;
  /** Steps that may have changed something live, in their order. */
  readonly begun: Step[];
  /** See `seeUnchanged`. */
  readonly see: ReturnType<typeof seeUnchanged>;
  readonly open: {
    names?: BoundPlan;
    record?: ApplyRecord;
    asking?: Asking;
    spare?: SpareWatchdog | undefined;
    legacyLock?: { release(): Promise<void> };
  };
};

/** The journal of an attempt, and the namespaces in which it writes. */
export type ApplyRecord = { readonly journal: OpenJournal; readonly identities: Identities };

/** The namespaces of an apply, as the names stand for them now. */
type Identities = {
  readonly written: readonly NamespaceIdentity[];
  /** With those that only checks start in: one that is deleted before the end takes everything back, as one that is written does. */
  readonly all: readonly NamespaceIdentity[];
};

type BoundPlan = { readonly identities: () => Promise<Identities>; readonly close: () => void };

/** The question whether live is untouched, answered as of the moment when `ready` is called. */
type Asking = { readonly ready: () => void; readonly untouched: Promise<boolean> };

/** The caller holds the lock. */
export function openAttempt(ports: Ports, made: MadePlan, options: ApplyOptions): Attempt {
  return { ports, made, options, begun: [], see: seeUnchanged(ports, made), open: {} };
}

/** Lets go of the lock of the legacy backend, of the namespaces, and of a watchdog that got no journal. May be called again. */
export async function closeAttempt({ open }: Attempt): Promise<void> {
  open.spare?.release();
  await open.legacyLock?.release();
  open.names?.close();
}

/** Throws `apply.moved` when live is not what the plan was made from. */
export async function rehearse({
  ports,
  made,
  options,
  open,
}: Attempt): Promise<Rehearsal & { readonly names: BoundPlan }> {
  checkOwned(tableSteps(made.plan));
  ports.report({ kind: 'phase', phase: 'rehearse' });
  // It loads while the rehearsal waits for programs.
  open.spare = ports.watchdog.spare?.(options.confirmSeconds);
  const names = bindPlan(ports.kernel, made);
  open.names = names;
  const rehearsal = await rehearsePlan(ports, made.plan, made.readAt);
  options.stop.throwIfAborted();
  return { ...rehearsal, names };
}

/** The first thing that an apply writes: from here on a failure means going back. */
export async function beginJournal(
  { ports, options, open }: Attempt,
  { steps, names }: Pick<Rehearsal, 'steps'> & { readonly names: BoundPlan },
): Promise<ApplyRecord> {
  const identities = await names.identities();
  checkDistinct(identities.written);
  options.beginWriting();
  const journal = await ports.journal.begin(steps, options.operator, identities.written);
  open.record = { journal, identities };
  return open.record;
}

/** Begins to ask whether live is untouched, so that the answer is there at once when the watchdog is armed. */
export function askLater({ open }: Attempt, { isUntouched }: Rehearsal): Asking {
  let ready = () => {};
  const untouched = isUntouched(
    new Promise((resolve) => {
      ready = resolve;
    }),
  );
  untouched.catch(() => undefined);
  open.asking = { ready, untouched };
  return open.asking;
}

/**
 * All that must be there before the first write, side by side: the records that this apply becomes, and the watchdog, for whose start the apply would wait longest. A watchdog that finds
 * records half written has nothing to bring back yet.
 */
export async function makeReady(attempt: Attempt, record: ApplyRecord): Promise<Commit | null> {
  const [commit] = await allDone([prepareGeneration(attempt, record), armWatchdog(attempt, record)]);
  return commit;
}

/** Writes down what was there before fw, where this apply is the first to write, and the generation that it becomes if it is kept. */
async function prepareGeneration(
  { ports, made, options, see }: Attempt,
  { journal: { id }, identities }: ApplyRecord,
): Promise<Commit | null> {
  const { operator, state, signer, restores, isConfirmed } = options;
  await prepareBefore(ports, id, made, restores);
  const facts = { operator, state, journal: id, signer, restores, isConfirmed };
  const generation = await generationToBe(ports, made, { ...facts, seen: (at) => see(identities.written, at) });
  await ports.generations.prepare(id, generation);
  return generation.commit ?? null;
}

async function armWatchdog({ ports, options, open }: Attempt, { journal }: ApplyRecord): Promise<void> {
  if (await open.spare?.watch(journal.id)) return;
  await ports.watchdog.arm(journal.id, options.confirmSeconds);
}

/**
 * The last look before anything live is written: at applies of other data folders, and only then at live, so that what one of them wrote and kept by now is seen; at the
 * watchdog, and at the lock.
 */
export async function recheck(
  { ports, options, open }: Attempt,
  { journal, identities }: ApplyRecord,
  rehearsal: Rehearsal,
  { ready, untouched }: Asking,
): Promise<void> {
  ports.report({ kind: 'phase', phase: 'recheck' });
  await checkAlone(ports, journal.id, identities.written);
  ready();
  const watched = ensureWatched(ports, journal.id, options.confirmSeconds);
  watched.catch(() => undefined);
  if (rehearsal.tables.some(({ backend }) => backend === 'legacy')) {
    open.legacyLock = await ports.kernel.holdLegacyLock();
  }
  await checkUntouched(ports, rehearsal, untouched);
  await watched;
  await checkLock(ports);
}

/** Reads everything back and throws `apply.moved` for what is not as planned. Resolves to the digests of what is live. */
export async function verify(
  attempt: Attempt,
  { tables, sets }: Pick<Rehearsal, 'tables' | 'sets'>,
): Promise<readonly string[]> {
  const { kernel, report } = attempt.ports;
  report({ kind: 'phase', phase: 'verify' });
  const live = await tableDriver.verify(kernel, tables);
  await setDriver.verify(kernel, sets);
  // A namespace that is held open does not go away when it is deleted, and checks may take their time.
  await closeAttempt(attempt);
  return live;
}

/** What was proven holds for the names as they stand now, and no other run was at work beside this one. */
export async function checkPlaces({ ports, options }: Attempt, { identities }: ApplyRecord): Promise<void> {
  options.stop.throwIfAborted();
  await checkNoneGone(ports.kernel, identities.all);
  await checkLock(ports);
}

/** Somebody who finds no lock begins to work, and would not be seen. */
async function checkLock({ lock }: Ports): Promise<void> {
  if ((await lock.standing()) === 'held') return;
  throw new FwError('run.lock-lost', 'the lock of the data folder was removed or replaced while fw was working');
}

/** Binds the names of a plan and its checks: until `close` everything is done in the namespaces that they stand for now, whatever becomes of the names. */
function bindPlan(kernel: Kernel, { plan, checks }: Pick<MadePlan, 'plan' | 'checks'>): BoundPlan {
  const written = namespacesOf(plan.steps);
  const bound = bindNamespaces(kernel, written);
  const from = checks.map((check) => ({ namespace: check.from }));
  const checked = bindNamespaces(kernel, namespacesOf([...plan.steps, ...from]).slice(written.length));
  return {
    identities: async () => {
      const identities = await bound.identities();
      return { written: identities, all: [...identities, ...(await checked.identities())] };
    },
    close: () => {
      checked.close();
      bound.close();
    },
  };
}
