import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Ran } from '../../ports/ports.ts';
import { MOST_OUTPUT } from './collect-output.ts';
import { endGroup } from './end-group.ts';
import { start } from './exec.ts';
import { explain } from './explain-problem.ts';
import { hasLanes, type LaneJob, laneProgram } from './lane-program.ts';
import { limitTime } from './limit-time.ts';
import { decodeRules } from './rule-bytes.ts';

/** What one lane wrote about a job: bytes of both outputs of the program. */
export type LaneAnswer = {
  readonly job: number;
  readonly isDone: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
};

/** Longest line that a lane writes behind the mark. */
const LONGEST_TAIL = 64;
/** Jobs of one process: their names are its arguments, of which the kernel takes a quarter of the stack's limit, mostly two megabytes. */
const MOST_JOBS = 5000;

type Environment = Readonly<Record<string, string>>;

type Answer = (ran: Ran | undefined) => void;

/**
 * Runs jobs in many named namespaces from a single process: no shell, and hardly any work of node for each. Every job answers by itself, when its
 * program has ended; with undefined where it has to be tried by itself: it failed, printed too much, or was not begun.
 */
export function runLanes(
  jobs: readonly LaneJob[],
  lanes: number,
  env: Environment = {},
): readonly Promise<Ran | undefined>[] {
  if (!hasLanes()) return jobs.map(async () => undefined);
  const answers: Answer[] = [];
  const promises = jobs.map(() => new Promise<Ran | undefined>((resolve) => answers.push(resolve)));
  void runAll(jobs, lanes, env, answers);
  return promises;
}

/** Never rejects, and answers every job. */
async function runAll(
  jobs: readonly LaneJob[],
  lanes: number,
  env: Environment,
  answers: readonly Answer[],
): Promise<void> {
  for (let at = 0; at < jobs.length; at += MOST_JOBS) {
    const some = jobs.slice(at, at + MOST_JOBS);
    const open = new Map(some.map((job, index) => [index, { job, answer: answers[at + index] as Answer }]));
    const take = ({ job, isDone, stdout, stderr }: LaneAnswer) => {
      const ran = { exitCode: 0, stdout: decodeRules(stdout), stderr: decodeRules(stderr) };
      open.get(job)?.answer(isDone ? ran : undefined);
      open.delete(job);
    };
    // What kept the process from being started keeps each job from it as well, and is reported there.
    const isLate = await runSome(some, Math.min(lanes, some.length), env, take).catch(() => false);
    // Which one hangs is not known, and trying each for so long would take hours: all that are left share the fate.
    for (const { job, answer } of open.values()) answer(isLate ? late(job) : undefined);
  }
}

/** Resolves to whether it was ended because of the time. That is counted from the last answer of any lane. */
async function runSome(
  jobs: readonly LaneJob[],
  lanes: number,
  env: Environment,
  take: (answer: LaneAnswer) => void,
): Promise<boolean> {
  const mark = `fw-${randomBytes(12).toString('hex')}`;
  const { pid, stdout, stderr, further, closed } = start('perl', laneProgram(jobs, lanes), {
    env: { ...env, FW_LANE_MARK: mark },
    further: lanes - 1,
  });
  const limit = limitTime(pid);
  let isTooMuch = false;
  const listen = (output: Readable) => {
    const lane = splitLane(mark, (answer) => {
      limit.renew();
      take(answer);
    });
    output.on('data', (chunk: Buffer) => {
      if (isTooMuch) return;
      lane.add(chunk);
      isTooMuch = lane.waiting() > MOST_OUTPUT;
      if (isTooMuch) endGroup(pid);
    });
  };
  for (const output of [stdout, ...further]) listen(output);
  stderr.resume();
  await closed;
  return limit.end();
}

function late({ words: [program] }: LaneJob): Ran {
  return { exitCode: -1, stdout: '', stderr: explain('timeout', program), problem: 'timeout' };
}

/**
 * Takes the output of a lane apart as it comes, see lane-program.ts. `waiting` is the number of bytes that belong to no answer yet. The mark
 * holds a random number, so no rule's text can imitate it.
 */
export function splitLane(
  mark: string,
  answered: (answer: LaneAnswer) => void,
): { readonly add: (chunk: Buffer) => void; readonly waiting: () => number } {
  const sign = Buffer.from(`${mark} `, 'latin1');
  let chunks: Buffer[] = [];
  let size = 0;
  /** The end of what has come, long enough for a line that is not whole yet. */
  let end: Buffer = Buffer.alloc(0);
  return {
    add: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      const seen = end.length === 0 ? chunk : Buffer.concat([end, chunk]);
      end = seen.subarray(-(sign.length + LONGEST_TAIL));
      // Joined only where an answer may end: output of many megabytes comes in pieces of some kilobytes.
      if (!seen.includes(sign)) return;
      const rest = takeAnswers(Buffer.concat(chunks, size), sign, answered);
      // A copy: it must not keep a large answer in memory until the next one comes.
      chunks = [Buffer.from(rest)];
      size = rest.length;
      end = Buffer.from(rest.subarray(-(sign.length + LONGEST_TAIL)));
    },
    waiting: () => size,
  };
}

/** Returns what belongs to no whole answer. */
function takeAnswers(bytes: Buffer, sign: Buffer, answered: (answer: LaneAnswer) => void): Buffer {
  let start = 0;
  for (let found = bytes.indexOf(sign); found >= 0; found = bytes.indexOf(sign, start)) {
    const newline = bytes.indexOf(10, found);
    if (newline < 0) break;
    const [outcome, job, output] = bytes.toString('latin1', found + sign.length, newline).split(' ');
    const middle = found - Number(output);
    answered({
      job: Number(job),
      isDone: outcome === 'ok',
      stdout: bytes.subarray(start, middle),
      stderr: bytes.subarray(middle, found),
    });
    start = newline + 1;
  }
  return bytes.subarray(start);
}
