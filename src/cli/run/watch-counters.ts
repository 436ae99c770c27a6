import { type Reading, readCounters } from '../../app/query/read-counters.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Watched, type WatchFault, watchedLines, watchedScreen } from '../../ui/answers/print-watched.ts';
import { openWatch } from '../../ui/screen/open-watch.ts';
import type { WatchScreen } from '../../ui/screen/watch-screen.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';
import { type Chosen, chooseRows } from '../output/print-counted.ts';
import { warn, warnAll } from '../output/warn.ts';
import { writeLines } from '../output/write-lines.ts';

type WatchOptions = Omit<Parameters<typeof readCounters>[1], 'stop'> & {
  readonly chosen: Chosen;
};

/**
 * Shows counters until it is told to end. It has no other end, so `q`, Ctrl-C, SIGINT, and a terminal or a reader that left are no failure. What a service manager ends
 * (SIGTERM) ends as everywhere.
 */
export async function watchCounters(ports: Ports, facts: ScreenFacts, options: WatchOptions): Promise<number> {
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  process.on('SIGTERM', () => stop.abort(new FwError('run.terminated', 'terminated')));
  // Where a write fails, `show` rejects; the event alone would end the process.
  const { stdin, stdout } = process;
  stdout.on('error', end);
  const write = (lines: readonly string[]) => writeLines(lines, 'what was counted could not be written');
  let screen: WatchScreen | undefined;
  let last: Watched | undefined;
  try {
    for await (const reading of readCounters(ports, { ...options, stop: stop.signal })) {
      const fault = 'fault' in reading ? { at: reading.at, message: reading.fault.message } : undefined;
      if ('counted' in reading) {
        if (last === undefined) warnAll(reading.counted.warnings, facts);
        last = watchedOf(reading, options.chosen);
      }
      if (last === undefined) continue;
      screen ??= await openWatch({ live: facts.live, stdin, stdout, onEnd: end, write });
      await show(screen, { watched: last, fault }, facts);
    }
  } catch (error) {
    if (!hasLeft(error)) throw error;
  } finally {
    await screen?.close();
  }
  if (stop.signal.reason instanceof FwError) throw stop.signal.reason;
  return EXIT.ok;
}

function watchedOf({ at, seconds, counted }: Reading, chosen: Chosen): Watched {
  return { at, seconds, rows: chooseRows(counted.rows, chosen) };
}

/** Where lines follow each other, a look that failed is told once as a warning, and nothing is shown anew. */
async function show(
  screen: WatchScreen,
  { watched, fault }: { readonly watched: Watched; readonly fault: WatchFault | undefined },
  facts: ScreenFacts,
): Promise<void> {
  const page = pageOf(facts);
  if (fault !== undefined && !facts.live) {
    warn(`the counters were not read: ${fault.message}`);
    return;
  }
  await screen.show(
    () => watchedLines(watched, page),
    (size) => watchedScreen(watched, fault, page, size),
  );
}

/** A reader that left, as `| head` does. */
function hasLeft(error: unknown): boolean {
  const cause = error instanceof FwError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EPIPE';
}
