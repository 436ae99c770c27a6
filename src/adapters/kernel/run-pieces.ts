import type { Ran } from '../../ports.ts';
import type { LaneJob } from './lane-program.ts';
import { runEach } from './run-each.ts';

/** Jobs of the smallest piece: starting one more program costs as much as some jobs. */
const SMALLEST = 16;

type Piece = readonly { readonly job: LaneJob; readonly index: number }[];

/** As `runLanes`, with one `find` for every piece of the jobs; all jobs of a piece answer together. */
export function runPieces(jobs: readonly LaneJob[], lanes: number): readonly Promise<Ran | undefined>[] {
  const answers: ((ran: Ran | undefined) => void)[] = [];
  const promises = jobs.map((_, index) => new Promise<Ran | undefined>((resolve) => (answers[index] = resolve)));
  const waiting = pieces(jobs, lanes);
  const work = async () => {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) await runPiece(piece, answers);
  };
  for (let lane = 0; lane < lanes; lane += 1) void work();
  return promises;
}

/** Large pieces first and ever smaller ones, so that few programs are started and no core waits long for the other at the end. */
function pieces(jobs: readonly LaneJob[], lanes: number): Piece[] {
  const programs = new Map<string, { readonly job: LaneJob; readonly index: number }[]>();
  for (const [index, job] of jobs.entries()) {
    const key = job.words.join(' ');
    const others = programs.get(key) ?? [];
    others.push({ job, index });
    programs.set(key, others);
  }
  const cut: Piece[] = [];
  let left = jobs.length;
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

async function runPiece(piece: Piece, answers: readonly ((ran: Ran | undefined) => void)[]): Promise<void> {
  const names = piece.map(({ job }) => job.namespace);
  const [first] = piece;
  if (first === undefined) return;
  const { done, stderr, problem } = await runEach(names, first.job.words);
  for (const { job, index } of piece) {
    const stdout = done.get(job.namespace);
    if (stdout !== undefined) answers[index]?.({ exitCode: 0, stdout, stderr });
    // Which one hangs cannot be told, and trying each for so long would take hours: all share the fate.
    else if (problem === 'timeout') answers[index]?.({ exitCode: -1, stdout: '', stderr, problem });
    else answers[index]?.(undefined);
  }
}
