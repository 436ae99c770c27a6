import type { ScreenFacts } from '../text/tty.ts';
import { openLineScreen } from './line-screen.ts';
import { openPlainScreen } from './plain-screen.ts';
import type { Screen } from './screen.ts';

type OpenScreenOptions = ScreenFacts & {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Ctrl-C at a terminal while no question is open. Best answered as SIGINT is. */
  readonly onInterrupt: () => void;
};

/**
 * The screen of this run. At a terminal whose cursor may be moved Ink is loaded while the run goes on: what is reported and printed meanwhile
 * waits and keeps its order. Everywhere else nothing is loaded at all.
 */
export function openScreen(options: OpenScreenOptions): Screen {
  for (const output of [options.stdout, options.stderr]) output.on('error', keepGoing);
  if (!options.interactive) return openPlainScreen(options);
  if (!options.live) return openLineScreen(options);
  return whenOpen(import('./live.tsx').then(({ openLiveScreen }) => openLiveScreen(options)));
}

/**
 * A terminal that was closed (EIO) or a reader that left (EPIPE) must not end an apply half way: what cannot be shown is lost, the
 * run goes on. The listener stays for good, since the last words of a run come after its screen is closed.
 */
function keepGoing(): void {}

function whenOpen(opening: Promise<Screen>): Screen {
  // `ask` and `close`, which are awaited, report a screen that cannot be opened.
  const later = (use: (screen: Screen) => void) => void opening.then(use, () => undefined);
  return {
    report: (progress) => later((screen) => screen.report(progress)),
    printLines: (lines) => later((screen) => screen.printLines(lines)),
    ask: async (question, word) => (await opening).ask(question, word),
    close: async () => (await opening).close(),
  };
}
