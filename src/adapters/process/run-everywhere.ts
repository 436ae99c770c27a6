import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Ran } from '../../ports/ports.ts';
import { enter, type PlacedNamespace, pathOf } from './enter.ts';
import { run, searchPath } from './exec.ts';
import { findProgram } from './find-program.ts';
import type { LaneJob } from './lane-program.ts';
import { runLanes } from './run-lanes.ts';

/** A program and its arguments, to run in a namespace. */
type NamespaceJob = {
  readonly namespace: PlacedNamespace;
  readonly words: readonly [file: string, ...args: string[]];
};

/** So many jobs, the saves of one namespace, are each started by themselves: a process that shares them out has to be started as well. */
const FEW = 2;

let hasPerl: boolean | undefined;

/**
 * Runs every job, on all cores. The answers come in the order of the jobs, each as soon as its program has ended. They must only read:
 * a job that failed among others is run again by itself, for its own exit code and words. Without perl all of them are. `env` is added to the
 * environment of all.
 */
export function runEverywhere(
  jobsWanted: readonly NamespaceJob[],
  env: Readonly<Record<string, string>> = {},
): readonly Promise<Ran>[] {
  // One more than cores: while one waits for the next program to be started, the others keep the cores busy.
  const lanes = availableParallelism() + 1;
  const inTurn = pLimit(lanes);
  const jobs: LaneJob[] = [];
  const places = new Map<number, number>();
  for (const [index, { namespace, words }] of jobsWanted.entries()) {
    if (namespace.kind !== 'named') continue;
    places.set(index, jobs.length);
    jobs.push({ namespace: pathOf(namespace), words });
  }
  hasPerl ??= findProgram('perl', searchPath()) !== undefined;
  const answers = hasPerl && jobs.length > FEW ? runLanes(jobs, lanes, env) : [];
  return jobsWanted.map(
    async (job, index) => (await answers[places.get(index) ?? -1]) ?? inTurn(() => runAlone(job, env)),
  );
}

function runAlone(
  { namespace, words: [program, ...words] }: NamespaceJob,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const [file, args] = enter(namespace, program, words);
  return run(file, args, { env });
}
