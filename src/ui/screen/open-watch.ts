import type { WatchScreen } from './watch-screen.ts';

/** A window at a terminal whose cursor may be moved; everywhere else line after line, by `write`, and Ink is not loaded. */
export async function openWatch(options: {
  readonly live: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Called when the user ends it at the window, or the terminal went away. */
  readonly onEnd: () => void;
  readonly write: (lines: readonly string[]) => Promise<void>;
}): Promise<WatchScreen> {
  if (!options.live) return { show: (lines) => options.write(lines()), close: async () => {} };
  const { openLiveWatch } = await import('./live.tsx');
  return openLiveWatch(options);
}
