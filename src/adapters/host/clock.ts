import { uptime } from 'node:os';
import type { Clock } from '../../ports/ports.ts';

/** The clocks of this machine. `os.uptime` reads /proc/uptime, which no user can set and which goes on while the machine sleeps. */
export const clock: Clock = {
  now: () => new Date(),
  uptime,
  turn: () => new Promise<void>((resolve) => setImmediate(resolve)),
  sleep: (milliseconds) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
};
