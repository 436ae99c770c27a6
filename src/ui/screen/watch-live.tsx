import { render } from 'ink';
import { neverFull } from './never-full.ts';
import { WatchView } from './WatchView.tsx';
import type { WatchScreen } from './watch-screen.ts';

type LiveWatchOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly onEnd: () => void;
};

/** The second screen of terminals, as pagers use it: what stood there before comes back when it is left. */
const ENTER = '\x1b[?1049h\x1b[H';
const LEAVE = '\x1b[?1049l';
const WIPE = '\x1b[2J\x1b[H';

/** Counters at a terminal whose cursor may be moved. It leaves the screen as it found it. */
export function openLiveWatch({ stdin, stdout, onEnd }: LiveWatchOptions): WatchScreen {
  let draw = (): readonly string[] => [];
  let lines: readonly string[] = [];
  const listeners = new Set<() => void>();
  const update = () => {
    lines = draw();
    for (const listener of listeners) listener();
  };
  const store = {
    read: () => lines,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  stdout.write(ENTER);
  // Also where the process ends without being asked.
  const leave = () => stdout.write(LEAVE);
  process.once('exit', leave);
  const session = render(<WatchView store={store} onEnd={onEnd} />, {
    stdin,
    stdout: neverFull(stdout),
    exitOnCtrlC: false,
    patchConsole: false,
  });
  // A narrower window has broken the rows that are drawn; it is wiped before Ink, which counts them, draws again.
  const resize = () => {
    stdout.write(WIPE);
    update();
  };
  stdout.prependListener('resize', resize);
  stdin.on('end', onEnd);
  stdin.on('error', onEnd);
  return {
    async show(_lines, drawn) {
      draw = () => drawn({ width: stdout.columns, rows: stdout.rows });
      update();
    },
    async close() {
      stdout.off('resize', resize);
      const ended = session.waitUntilExit();
      session.unmount();
      await ended;
      process.off('exit', leave);
      leave();
    },
  };
}
