import { FwError } from '../../core/diagnostics/errors.ts';
import { type Gone, goneText } from '../../core/identity/place-of-run.ts';
import { nextOf } from '../../core/journal/next.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import { shortText } from '../../core/journal/short-text.ts';
import type { JournalEntry, WhyBack } from '../../core/journal/types.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { Ports } from '../../ports/ports.ts';
import { rollBack } from '../apply/roll-back.ts';
import { type EndedLater, endLeft } from '../connections/end-noted.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { isStillThere, namespacesOf } from '../live/bind-namespaces.ts';
import { readMoment } from '../live/read-moment.ts';
import { elsewhere, type Wish, withPlace } from '../live/with-place.ts';
import { tellReturns } from './tell-returns.ts';

export type Recovery = {
  readonly rolledBack: readonly Recovered[];
  /** Applies that wait for their confirmation; they are left alone. */
  readonly pending: readonly RunState[];
  /** Those of the first whose journals the disk did not let end: they are back, and the next run goes back once more, which changes nothing. */
  readonly unrecorded: readonly Unrecorded[];
  /** Connections of applies that were kept by a run which was cut off before it ended them. */
  readonly ended: readonly EndedLater[];
};

/** What the history tells of a rejection whose command did not come to its end. */
const CUT_OFF = 'the command that rejected it was cut off, and another run of fw brought the rest back';

type Unrecorded = { readonly run: RunState; readonly output: string };

export type BroughtBack = {
  /** Why, as the end of its journal is to say. */
  readonly why: WhyBack;
  /** False where nothing was to be brought back, since the machine was booted meanwhile. */
  readonly isUndone: boolean;
  /** Sentences about namespaces that are gone. */
  readonly notes: readonly string[];
};

type Recovered = BroughtBack &
  Pick<RunState, 'id' | 'operator'> & {
    /** The newest generation, which a machine that was booted since can load; undefined where there is none, or it cannot be read. */
    readonly kept?: number;
  };

/**
 * Brings every apply of the data folder back that died, that was not confirmed in time, or that a reboot undid; newest first, verified.
 * The caller holds the lock, so the processes that wrote the journals are gone. Throws `apply.broken` when something could not be brought
 * back; its journal stays unfinished. Throws `apply.elsewhere` for one that was made elsewhere, when all others are back: it is not in the namespaces
 * of here, whatever their names are. `trusted` is the id of one of which a human says that it was made here.
 */
export async function recover(ports: Ports, trusted?: string): Promise<Recovery> {
  // First: what goes back below files what was kept, and then it is not known any more whose connections are left.
  const ended = await endLeft(ports);
  const runs = await ports.journal.unfinished();
  const moment = await readMoment(ports);
  const rolledBack: Recovered[] = [];
  let other: { readonly error: FwError; readonly id: string } | undefined;
  const pending: RunState[] = [];
  const unrecorded: Unrecorded[] = [];
  for (const run of [...runs].reverse()) {
    const next = nextOf(run, moment);
    if (next.kind === 'wait') pending.unshift(run);
    if (next.kind !== 'roll-back') continue;
    try {
      const { output, ...back } = await recoverRun(ports, run, next.why, run.id === trusted);
      rolledBack.unshift({ id: run.id, operator: run.operator, ...back, ...(await keptSince(ports, back)) });
      if (output !== undefined) unrecorded.unshift({ run, output });
    } catch (error) {
      if (!(error instanceof FwError) || error.code !== 'apply.elsewhere') throw tellReturns(error, rolledBack, run.id);
      other ??= { error, id: run.id };
    }
  }
  if (other !== undefined) throw tellReturns(other.error, rolledBack, other.id);
  return { rolledBack, pending, unrecorded, ended };
}

async function keptSince({ generations }: Ports, { isUndone }: BroughtBack): Promise<Pick<Recovered, 'kept'>> {
  const kept = isUndone ? undefined : (await generations.numbers().catch(() => [])).at(-1);
  return kept === undefined ? {} : { kept };
}

/**
 * Brings one apply back, whatever its state. Resolves also with why that could not be written to its journal, where it could not. Throws `apply.broken` when it is
 * not back, and what `bringBack` throws.
 */
export async function recoverRun(
  ports: Ports,
  run: RunState,
  why: WhyBack,
  isTrusted = false,
  wish: Wish = 'recover',
): Promise<BroughtBack & { readonly output?: string }> {
  const back = await bringBack(ports, run, why, isTrusted, wish);
  const output = await recordEnd(ports, run, back.why, wish);
  if (output !== undefined) return { ...back, output };
  // The next run files or discards what is prepared as well.
  await settleGenerations(ports).catch(() => undefined);
  return back;
}

/**
 * The part of it that the kernel sees, in the very namespaces that were written: it needs nothing from the disk of the data folder. Throws
 * `apply.elsewhere`, with nothing written, where they are not those of here or it is not known; `isTrusted` says that they are.
 */
export async function bringBack(
  ports: Ports,
  run: RunState,
  why: WhyBack,
  isTrusted = false,
  wish: Wish = 'recover',
): Promise<BroughtBack> {
  return withPlace(ports, run, async (place) => {
    // The kernel forgot all rules and sets when the machine was booted; whatever is live now is none of this apply's.
    if (place.kind === 'earlier boot') return { why: 'booted', isUndone: false, notes: [] };
    const isHere = place.kind === 'here';
    if (!isHere && !(place.kind === 'unknown' && isTrusted)) throw await elsewhere(ports, run, place, wish);
    const gone = isHere ? place.gone : await findMissing(ports, run);
    const begun = noteBegun(ports, run, why);
    await undo(ports, run, why, gone, begun);
    return { why, isUndone: true, notes: gone.map(goneText) };
  });
}

/**
 * Writes down that the way back of an apply that waits has begun: what is left when this process dies is then brought back at once, and not at the deadline. It is
 * written while fw goes back, since a disk that does not answer keeps no rule waiting. Never rejects.
 */
async function noteBegun(ports: Ports, run: RunState, why: WhyBack): Promise<void> {
  // One whose time is over is brought back by whatever looks at it.
  if (why !== 'rejected' || run.state.kind !== 'pending') return;
  await append(ports, run, { kind: 'way-back', at: ports.clock.now().toISOString(), why });
}

/** Of an apply that does not tell which namespaces it wrote to: those whose names are not here. */
async function findMissing({ kernel }: Ports, { steps }: RunState): Promise<readonly Gone[]> {
  const names = new Set(await kernel.namespaces());
  return namespacesOf(steps).flatMap((namespace): Gone[] =>
    namespace.kind === 'host' || names.has(namespace.name) ? [] : [{ namespace, why: 'deleted' }],
  );
}

async function undo(
  ports: Ports,
  run: RunState,
  why: WhyBack,
  gone: readonly Gone[],
  noted: Promise<void>,
): Promise<void> {
  const isThere = isStillThere(gone);
  const steps = run.steps.filter(({ namespace }) => isThere(namespace));
  const { failed } = await rollBack(ports.kernel, steps, ports.report);
  // No line comes behind the one that ends the journal.
  await noted;
  if (failed.length === 0) return;
  const output = failed.map(({ step, output }) => `${stepLabel(step)}: ${output}`).join('\n');
  const at = ports.clock.now().toISOString();
  // It is unfinished already, which is what `broken` means to the next run; the words below must not be lost to a full disk.
  const unwritten = await append(ports, run, { kind: 'end', at, outcome: 'broken', why, said: shortText(output) });
  // Of one that its journal still calls pending `fw recover` waits for the end of its time.
  const again = unwritten !== undefined && why === 'rejected' ? 'fw confirm --reject' : 'fw recover';
  throw new FwError('apply.broken', `the apply ${run.id} could not be brought back`, {
    firewall: 'not proven: the way back failed',
    output,
    next: `Page a human. Journal: ${ports.journal.pathOf(run.id)}. ${again} tries again.`,
  });
}

/** Ends the journal of an apply that is back, by what was asked of fw: a rejection that another run finished is not known to the user who asked for it. Resolves to why not, where the disk does not take it. */
export function recordEnd(ports: Ports, run: RunState, why: WhyBack, wish: Wish): Promise<string | undefined> {
  const said = why === 'rejected' && wish !== 'reject' ? { said: CUT_OFF } : {};
  return append(ports, run, { kind: 'end', at: ports.clock.now().toISOString(), outcome: 'rolled-back', why, ...said });
}

async function append({ journal }: Ports, run: RunState, entry: JournalEntry): Promise<string | undefined> {
  try {
    await (await journal.open(run.id)).append(entry);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The rules are back; a disk that does not take the last line of the journal must not make that look like anything else. */
export function unrecordedError({ run, output }: Unrecorded): FwError {
  return new FwError('env.data-folder', `the apply ${run.id} is back, but its journal cannot be ended`, {
    firewall: 'rolled back and verified',
    output,
    next: 'Make the data folder writable and make room on its disk, then run fw recover.',
  });
}
