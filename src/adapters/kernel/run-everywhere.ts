import { availableParallelism } from 'node:os';
import type { Namespace } from '../../core/ruleset/types.ts';
import type { Ran } from '../../ports.ts';
import { enter } from './enter.ts';
import { run } from './exec.ts';
import { runEach } from './run-each.ts';

/** A program and its arguments, to run in a namespace. Words are plain, see `runEach`. */
export type Errand = { readonly namespace: Namespace; readonly words: readonly [file: string, ...args: string[]] };

type NamedErrand = { readonly index: number; readonly namespace: string; readonly errand: Errand };

/** Errands of the smallest piece: starting one more program costs as much as some errands. */
const SMALLEST = 16;

/** Runs every errand, on all cores, and resolves to the results in the order of the errands. They must only read: one may be run twice. */
export async function runEverywhere(errands: readonly Errand[]): Promise<readonly Ran[]> {
  const results: Ran[] = new Array(errands.length);
  const waiting = pieces(errands);
  const work = async () => {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) await runPiece(piece, results);
  };
  // One more than cores: while one waits for the next program to be started, the others keep the cores busy.
  const lanes = Math.min(availableParallelism() + 1, waiting.length);
  await Promise.all([
    ...errands.map(async (errand, index) => {
      if (errand.namespace.kind === 'host') results[index] = await runAlone(errand);
    }),
    ...Array.from({ length: lanes }, work),
  ]);
  return results;
}

/** Errands of named namespaces, cut into pieces of one program each. */
/** Large pieces first and ever smaller ones, so that few programs are started and no core waits long for the other at the end. */
function pieces(errands: readonly Errand[]): NamedErrand[][] {
  const programs = new Map<string, NamedErrand[]>();
  for (const [index, errand] of errands.entries()) {
    if (errand.namespace.kind !== 'named') continue;
    const key = errand.words.join(' ');
    const others = programs.get(key) ?? [];
    others.push({ index, namespace: errand.namespace.name, errand });
    programs.set(key, others);
  }
  const lanes = availableParallelism();
  const cut: NamedErrand[][] = [];
  let left = [...programs.values()].reduce((sum, all) => sum + all.length, 0);
  for (const all of programs.values()) {
    for (let at = 0; at < all.length; ) {
      const piece = all.slice(at, at + Math.max(SMALLEST, Math.ceil(left / (2 * lanes))));
      cut.push(piece);
      at += piece.length;
      left -= piece.length;
    }
  }
  return cut;
}

/** An errand that failed is run again by itself, for its own exit code and words. */
async function runPiece(piece: readonly NamedErrand[], results: Ran[]): Promise<void> {
  const [first] = piece;
  if (first === undefined) return;
  if (piece.length === 1) {
    results[first.index] = await runAlone(first.errand);
    return;
  }
  const { done, stderr, problem } = await runEach(
    piece.map(({ namespace }) => namespace),
    first.errand.words,
  );
  for (const { index, namespace, errand } of piece) {
    const stdout = done.get(namespace);
    if (stdout !== undefined) results[index] = { exitCode: 0, stdout, stderr };
    // Which one hangs cannot be told, and trying each for so long would take hours: all share the fate.
    else if (problem === 'timeout' || problem === 'killed')
      results[index] = { exitCode: -1, stdout: '', stderr, problem };
    else results[index] = await runAlone(errand);
  }
}

function runAlone({ namespace, words: [program, ...words] }: Errand): Promise<Ran> {
  const [file, args] = enter(namespace, program, words);
  return run(file, args);
}
