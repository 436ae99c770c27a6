import { existsSync } from 'node:fs';

/** True where systemd is the init that runs, as sd_booted(3) tells it. */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}
