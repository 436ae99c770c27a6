import { type FirewallState, FwError } from '../../core/diagnostics/errors.ts';
import { openScreen } from '../../ui/screen/open-screen.ts';
import type { Screen } from '../../ui/screen/screen.ts';
import { screenOf } from '../../ui/text/tty.ts';
import type { Run } from '../output/run.ts';

/** What becomes of an apply whose fw leaves in the middle. */
const GOES_BACK = 'what was begun is rolled back by the watchdog, or by fw recover';

let written: FirewallState = 'unchanged';

/** Whether this process has begun to write: then an end that no command chose may be in the middle of something. */
export function hasBegunWriting(): boolean {
  return written !== 'unchanged';
}

/** What the live rules are where an error does not say so itself: before the first write nothing can have changed, however a run ends. */
export function writtenState(): FirewallState {
  return written;
}

/** What was written is kept: an error from here on is about telling it. */
export function noteApplied(): void {
  written = 'applied and verified';
}

/**
 * Runs a command's work with a screen, which is closed whatever happens, and with the signals of a terminal and of a service manager.
 * A second signal leaves at once. SIGHUP never ends a run: a closed terminal must not leave half of an apply behind.
 */
export async function withScreen(
  flags: { readonly 'no-color': boolean; readonly 'no-input': boolean; readonly json: boolean },
  work: (run: Run) => Promise<number>,
): Promise<number> {
  const facts = screenOf(process.env, process.stdout, process.stdin, {
    noColor: flags['no-color'],
    noInput: flags['no-input'],
    json: flags.json,
  });
  const stop = new AbortController();
  let writing = false;
  let left: string | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => {
      if (!writing) reject(stop.signal.reason);
    });
  });
  stopped.catch(() => {});
  const signal = (error: FwError) => () => {
    if (stop.signal.aborted) leaveNow(error, left);
    stop.abort(error);
  };
  const interrupt = signal(new FwError('run.interrupted', 'interrupted'));
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', signal(new FwError('run.terminated', 'terminated')));
  process.on('SIGHUP', () => {});
  const screen = withMarks(
    openScreen({
      ...facts,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      now: () => performance.now(),
      onInterrupt: interrupt,
    }),
  );
  try {
    const beginWriting = (of = GOES_BACK) => {
      writing = true;
      left = of;
      written = 'not proven: the way back failed';
      // Ctrl-Z would leave rules live that are neither proven nor confirmed, and keep the lock from the process that brings them back.
      process.on('SIGTSTP', () => {});
    };
    return await Promise.race([work({ screen, facts, stop: stop.signal, beginWriting }), stopped]);
  } finally {
    await screen.close();
  }
}

/** Marks in the timeline of this process, where a profiler or `npm run bench` finds when each phase began. */
function withMarks(screen: Screen): Screen {
  return {
    ...screen,
    report: (progress) => {
      if (progress.kind === 'phase') performance.mark(`fw:${progress.phase}`);
      screen.report(progress);
    },
  };
}

/** The second signal: no way back is waited for. The journal is on disk, and `left` says what becomes of it. */
function leaveNow(error: FwError, left: string | undefined): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  const cursor = process.stderr.isTTY ? '\x1b[?25h' : '';
  process.stderr.write(`${cursor}fw: leaving at once${left === undefined ? '' : `; ${left}`}\n`);
  process.kill(process.pid, 'SIGKILL');
  throw error;
}
