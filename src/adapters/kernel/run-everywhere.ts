import { availableParallelism } from 'node:os';
import type { Namespace } from '../../core/ruleset/types.ts';
import type { Ran } from '../../ports.ts';
import { findProgram } from '../files/find-program.ts';
import { enter } from './enter.ts';
import { run, searchPath } from './exec.ts';
import type { LaneJob } from './lane-program.ts';
import { runLanes } from './run-lanes.ts';
import { runPieces } from './run-pieces.ts';

/** A program and its arguments, to run in a namespace. Words are plain, see `runEach`. */
export type Errand = { readonly namespace: Namespace; readonly words: readonly [file: string, ...args: string[]] };

/** So many errands, the saves of one namespace, are each started by themselves: a process that shares them out has to be started as well. */
const FEW = 2;

let hasPerl: boolean | undefined;

/**
 * Runs every errand, on all cores. The answers come in the order of the errands, each as soon as its program has ended. They must only read:
 * an errand that failed among others is run again by itself, for its own exit code and words.
 */
export function runEverywhere(errands: readonly Errand[]): readonly Promise<Ran>[] {
  const jobs: LaneJob[] = [];
  const places: number[] = [];
  for (const [index, { namespace, words }] of errands.entries()) {
    if (namespace.kind !== 'named') continue;
    jobs.push({ namespace: namespace.name, words });
    places.push(index);
  }
  if (jobs.length <= FEW) return errands.map(runAlone);
  const answers = runMany(jobs);
  const byPlace = new Map(places.map((place, at) => [place, answers[at]]));
  return errands.map(async (errand, index) => (await byPlace.get(index)) ?? runAlone(errand));
}

function runMany(jobs: readonly LaneJob[]): readonly Promise<Ran | undefined>[] {
  hasPerl ??= findProgram('perl', searchPath()) !== undefined;
  // One more than cores: while one waits for the next program to be started, the others keep the cores busy.
  const lanes = Math.min(availableParallelism() + 1, jobs.length);
  return (hasPerl ? runLanes(jobs, lanes) : undefined) ?? runPieces(jobs, lanes);
}

function runAlone({ namespace, words: [program, ...words] }: Errand): Promise<Ran> {
  const [file, args] = enter(namespace, program, words);
  return run(file, args);
}
