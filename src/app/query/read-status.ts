import { nextOf } from '../../core/journal/next.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { WentBack } from '../../core/journal/went-back.ts';
import type { Elsewhere, Standing } from '../../core/report/status-document.ts';
import type { Backend, Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { findLeftToEnd } from '../connections/end-noted.ts';
import { lastWentBack } from '../generations/list-history.ts';
import { readMoment } from '../live/read-moment.ts';
import { whereElse } from '../live/with-place.ts';
import { type OtherApply, othersToTell } from '../recover/other-folders.ts';
import { standingOf } from '../recover/standing-of.ts';
import { deadlineByClock } from './deadline-by-clock.ts';

export type Status = {
  /** The run that holds the lock; undefined when none does. */
  readonly holder: string | undefined;
  /** Applies that wait to be confirmed, with the seconds that are left. */
  readonly pending: readonly Pending[];
  /** Applies that died or ran out of time and are not yet back; empty while a run is at work. */
  readonly unfinished: readonly {
    readonly run: RunState;
    readonly why: 'died' | 'not confirmed' | 'booted' | 'rejected';
    readonly standing: Standing;
    /** Why the last try of its way back failed, where one did. */
    readonly said?: string;
    /** Whether there is a watchdog that brings it back; undefined where that is not known. */
    readonly isWatched: boolean | undefined;
  }[];
  /** Applies whose rules are live, wholly or in part, while a run is at work: they are not concluded. Empty while none is. */
  readonly atWork: readonly RunState[];
  /** By the id of an apply that was not made here: what it is, and where it is to be confirmed or brought back. */
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  /** Applies that another data folder keeps, that have not ended, in namespaces of the newest generation, or whose data folder was at this path. */
  readonly others: readonly OtherApply[];
  /** Kept applies whose run was cut off before it had ended the connections that they were to end. */
  readonly leftToEnd: readonly { readonly id: string; readonly operator: string }[];
  readonly generation: { readonly number: number; readonly at: string; readonly operator: string } | undefined;
  /** Namespaces of the newest generation. */
  readonly managed: readonly { readonly namespace: Namespace; readonly backend: Backend }[];
  /** The last apply, where it was rolled back; undefined where the newest generation is the last. */
  readonly wentBack: WentBack | undefined;
};

export type Pending = {
  readonly run: RunState;
  /** By the wall clock as it is now. */
  readonly deadline: string;
  readonly secondsLeft: number;
  /** Whether there is a watchdog that would bring it back; undefined where that is not known. */
  readonly isWatched: boolean | undefined;
  readonly standing: Standing;
};

/**
 * What is going on in a data folder, and in the kernel with applies that have not ended. Reads, and takes the lock only for the moment of asking whether it is free.
 * A data folder without a generation knows no namespace: `withoutGeneration` says which applies of other folders are told there.
 */
export async function readStatus(ports: Ports, withoutGeneration: 'all' | 'none' = 'none'): Promise<Status> {
  const holder = await ports.lock.holder();
  const moment = await readMoment(ports);
  const runs = (await ports.journal.unfinished()).map((run) => ({ run, next: nextOf(run, moment) }));
  const pending: Pending[] = [];
  for (const { run, next } of runs) {
    if (next.kind !== 'wait' || run.state.kind !== 'pending') continue;
    const isWatched = await ports.watchdog.isAlive(run.id);
    pending.push({
      run,
      deadline: deadlineByClock(run.state.deadline, next.milliseconds, moment),
      secondsLeft: Math.ceil(next.milliseconds / 1000),
      isWatched,
      standing: await standingOf(ports, run),
    });
  }
  const unfinished: Status['unfinished'][number][] = [];
  for (const { run, next } of holder === undefined ? runs : []) {
    if (next.kind !== 'roll-back') continue;
    const said = run.state.kind === 'unfinished' ? run.state.said : undefined;
    unfinished.push({
      run,
      why: next.why,
      isWatched: await ports.watchdog.isAlive(run.id),
      standing: await standingOf(ports, run),
      ...(said === undefined ? {} : { said }),
    });
  }
  const newest = (await ports.generations.numbers()).at(-1);
  const kept = newest === undefined ? undefined : (await ports.generations.read(newest)).generation;
  const elsewhere = new Map<string, Elsewhere>();
  for (const { run, next } of runs) {
    const found = await whereElse(ports, run, next.kind === 'wait' ? 'decide' : 'recover');
    if (found !== undefined) elsewhere.set(run.id, found);
  }
  const managed = kept?.namespaces.map(({ namespace, backend }) => ({ namespace, backend })) ?? [];
  const looked = managed.map(({ namespace }) => namespace);
  const others = await othersToTell(ports, kept === undefined && withoutGeneration === 'all' ? 'all' : looked);
  return {
    holder,
    others,
    elsewhere,
    pending,
    atWork: holder === undefined ? [] : runs.flatMap(({ run, next }) => (next.kind === 'roll-back' ? [run] : [])),
    unfinished,
    leftToEnd: holder === undefined ? (await findLeftToEnd(ports)).map(({ id, operator }) => ({ id, operator })) : [],
    generation:
      newest === undefined || kept === undefined ? undefined : { number: newest, at: kept.at, operator: kept.operator },
    managed,
    wentBack: await lastWentBack(ports),
  };
}
