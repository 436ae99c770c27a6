import { endGroup } from './end-group.ts';
import { start } from './exec.ts';

/** Of the output this much of the end is kept. */
const KEPT_BYTES = 64 * 1024;

/** After the end of the program its output is awaited this long: what it left running may hold the pipes for ever. */
const DRAIN_MS = 200;

export type Bounded = {
  /** -1 when it did not end by itself. */
  readonly exitCode: number;
  readonly signal?: string;
  readonly problem?: 'missing' | 'timeout' | 'stopped';
  /** The end of each: standard output, and both outputs as they came. */
  readonly stdout: string;
  readonly output: string;
};

type BoundedOptions = {
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
};

/**
 * Runs a program that may do anything: it gets no input, its output takes bounded memory, and when it is over, in time or not, what
 * it started is ended with it. (That is its process group. A process that left the group lives on, but is not waited for.)
 */
export async function runBounded(file: string, args: readonly string[], options: BoundedOptions): Promise<Bounded> {
  const { pid, stdout, stderr, exited, closed } = start(file, args, { env: options.env });
  const answer = keepEnd();
  const output = keepEnd();
  stdout.on('data', answer.add).on('data', output.add);
  stderr.on('data', output.add);
  const limit = limitTime(pid, options);
  const ended = await Promise.race([exited, closed]);
  const problem = limit.end();
  if (!(await isOver(closed))) {
    endGroup(pid);
    await isOver(closed);
  }
  stdout.destroy();
  stderr.destroy();
  const texts = { stdout: answer.text(), output: output.text() };
  if (problem !== undefined) return { exitCode: -1, problem, ...texts };
  if (ended === undefined) return { exitCode: -1, problem: 'missing', ...texts };
  return { exitCode: ended.exitCode ?? -1, ...(ended.signal === null ? {} : { signal: ended.signal }), ...texts };
}

/** Ends the program when its time is over or when fw is told to stop; `end` says which of them it was, if one. */
function limitTime(pid: number | undefined, { timeoutMs, stop }: BoundedOptions) {
  let problem: 'timeout' | 'stopped' | undefined;
  const because = (why: 'timeout' | 'stopped') => () => {
    problem ??= why;
    endGroup(pid);
  };
  const timer = setTimeout(because('timeout'), timeoutMs);
  const stopped = because('stopped');
  stop.addEventListener('abort', stopped);
  return {
    end: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
      return problem;
    },
  };
}

/** Whether the outputs are closed, or will be in a moment. */
function isOver(closed: Promise<undefined>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS, false);
    void closed.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function keepEnd(): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  let kept = Buffer.alloc(0);
  return {
    add: (chunk) => {
      kept = Buffer.concat([kept, chunk]).subarray(-KEPT_BYTES);
    },
    text: () => kept.toString('utf8'),
  };
}
