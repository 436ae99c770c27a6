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
import { type LaneAnswer, splitLane } from './split-lane.ts';

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
