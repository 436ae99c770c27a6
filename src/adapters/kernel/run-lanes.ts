import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Ran } from '../../ports.ts';
import { MOST_OUTPUT } from './collect-output.ts';
import { endGroup } from './end-group.ts';
import { isNamespaceName } from './enter.ts';
import { explain, start } from './exec.ts';
import { type LaneJob, laneProgram } from './lane-program.ts';
import { limitTime } from './limit-time.ts';
import { decodeRules } from './rule-bytes.ts';
import { type LaneAnswer, splitLane } from './split-lane.ts';

/**
 * Runs jobs in many named namespaces from a single process: no shell, and hardly any work of node for each. Every job answers by itself, when its
 * program has ended; with undefined where nobody knows how it ended: it failed, or was not begun. Returns undefined where perl cannot
 * do it.
 */
export function runLanes(jobs: readonly LaneJob[], lanes: number): readonly Promise<Ran | undefined>[] | undefined {
  const odd = jobs.find(({ namespace }) => !isNamespaceName(namespace));
  if (odd !== undefined) throw new Error(`not a namespace name: ${JSON.stringify(odd.namespace)}`);
  const mark = `fw-${randomBytes(12).toString('hex')}`;
  const args = laneProgram(jobs, lanes);
  if (args === undefined) return undefined;
  const answers = new Map<number, (ran: Ran | undefined) => void>();
  const promises = jobs.map((_, index) => new Promise<Ran | undefined>((resolve) => answers.set(index, resolve)));
  void work(args, lanes, mark, {
    take: ({ job, isDone, stdout, stderr }) => {
      const ran = { exitCode: 0, stdout: decodeRules(stdout), stderr: decodeRules(stderr) };
      answers.get(job)?.(isDone ? ran : undefined);
      answers.delete(job);
    },
    end: (problem) => {
      // Which one hangs cannot be told, and trying each for so long would take hours: all that is left share the fate.
      for (const [job, answer] of answers) answer(problem === undefined ? undefined : failed(problem, jobs[job]));
    },
  });
  return promises;
}

async function work(
  args: readonly string[],
  lanes: number,
  mark: string,
  to: { readonly take: (answer: LaneAnswer) => void; readonly end: (problem: Ran['problem']) => void },
): Promise<void> {
  const { pid, stdout, stderr, further, closed } = start('perl', args, {
    env: { FW_LANE_MARK: mark },
    further: lanes - 1,
  });
  const limit = limitTime(pid);
  let isTooMuch = false;
  const listen = (output: Readable) => {
    const lane = splitLane(mark, (answer) => {
      limit.renew();
      to.take(answer);
    });
    output.on('data', (chunk: Buffer) => {
      lane.add(chunk);
      if (lane.waiting() <= MOST_OUTPUT) return;
      isTooMuch = true;
      endGroup(pid);
    });
  };
  for (const output of [stdout, ...further]) listen(output);
  stderr.resume();
  await closed;
  to.end(limit.end() ? 'timeout' : isTooMuch ? 'too-much-output' : undefined);
}

function failed(problem: Ran['problem'] & string, job: LaneJob | undefined): Ran {
  return { exitCode: -1, stdout: '', stderr: explain(problem, job?.words[0] ?? ''), problem };
}
