import { type PageOptions, pageOf } from '../text/page.ts';
import type { NotAsked } from '../text/tty.ts';
import { cannotAnswer } from './cannot-answer.ts';
import { IDLE, nextProgress, progressText } from './progress-state.ts';
import type { Screen } from './screen.ts';
import { stepLines } from './step-lines.ts';

export type Output = { write(text: string, written?: () => void): unknown };

export type PlainScreenOptions = PageOptions & {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Why no person can be asked. */
  readonly notAsked?: NotAsked;
};

// Pipelines end jobs that say nothing for minutes; one line in ten seconds is enough to stay alive.
const HEARTBEAT_MS = 10_000;

/** The screen without a terminal: results on stdout, on stderr failures and a sign of life. No cursor is moved. */
export function openPlainScreen(options: PlainScreenOptions): Screen {
  const { stdout, stderr, now } = options;
  const page = pageOf(options);
  const linesOf = stepLines(page, now, { each: false });
  const started = now();
  let state = IDLE;
  const heartbeat = setInterval(() => {
    const seconds = Math.round((now() - started) / 1000);
    stderr.write(`fw: ${page.clean(progressText(state))}  ${seconds} s\n`);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    report(progress) {
      state = nextProgress(state, progress);
      writeLines(stderr, linesOf(progress));
    },
    printLines: (lines) => writeLines(stdout, lines),
    ask: () => Promise.reject(cannotAnswer(options.notAsked)),
    async close() {
      clearInterval(heartbeat);
      await Promise.all([written(stdout), written(stderr)]);
    },
  };
}

function writeLines(output: Output, lines: readonly string[]): void {
  if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
}

function written(output: Output): Promise<void> {
  return new Promise((resolve) => output.write('', () => resolve()));
}
