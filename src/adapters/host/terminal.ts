import { constants, readlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';

const TERMINAL = /^\/dev\/(pts\/[0-9]+|tty[A-Za-z0-9]*|console)$/;

/** The terminal that this process talks to, if any. */
export function terminalOf(): string | undefined {
  for (const descriptor of [2, 1, 0]) {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      if (TERMINAL.test(path)) return path;
    } catch {
      // A closed descriptor is no terminal.
    }
  }
  return undefined;
}

/** Writes a line to a terminal that may be gone by now; a watchdog has no other place to report that it is. */
export async function writeTerminal(path: string, line: string): Promise<void> {
  if (!TERMINAL.test(path)) return;
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    await file.write(`\r\n${line}\r\n`).finally(() => file.close());
  } catch {
    // Gone.
  }
}
