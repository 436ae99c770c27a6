import { availableParallelism } from 'node:os';
import type { Namespace } from '../../core/ruleset/types.ts';
import type { Ran } from '../../ports.ts';
import { runBatch } from './batch.ts';
import { enter } from './enter.ts';
import { run } from './exec.ts';

/** A program and its arguments, to run in a namespace. Words are plain, see `BatchItem`. */
export type Errand = { readonly namespace: Namespace; readonly words: readonly [file: string, ...args: string[]] };

type NamedErrand = { readonly index: number; readonly namespace: string; readonly errand: Errand };

/** Runs every errand, on all cores, and resolves to the results in the order of the errands. They must only read: one may be run twice. */
export async function runEverywhere(errands: readonly Errand[]): Promise<readonly Ran[]> {
  const results: Ran[] = new Array(errands.length);
  const named = errands.flatMap((errand, index): NamedErrand[] =>
    errand.namespace.kind === 'named' ? [{ index, namespace: errand.namespace.name, errand }] : [],
  );
  const lanes = Math.max(1, Math.min(availableParallelism(), named.length));
  await Promise.all([
    ...errands.map(async (errand, index) => {
      if (errand.namespace.kind === 'host') results[index] = await runAlone(errand);
    }),
    ...Array.from({ length: lanes }, (_, lane) =>
      runLane(
        named.filter((_each, position) => position % lanes === lane),
        results,
      ),
    ),
  ]);
  return results;
}

/** Works through one share; the errand that a batch stopped at is run again by itself for its own exit code and words. */
async function runLane(share: readonly NamedErrand[], results: Ran[]): Promise<void> {
  let rest = share;
  while (rest.length > 0) {
    const done = await runBatch(rest.map(({ namespace, errand }) => ({ namespace, words: errand.words })));
    for (const [position, result] of done.entries()) {
      const at = rest[position];
      if (at !== undefined) results[at.index] = { exitCode: 0, ...result };
    }
    const failed = rest[done.length];
    if (failed !== undefined) results[failed.index] = await runAlone(failed.errand);
    rest = rest.slice(done.length + 1);
  }
}

function runAlone({ namespace, words: [program, ...words] }: Errand): Promise<Ran> {
  const [file, args] = enter(namespace, program, words);
  return run(file, args);
}
