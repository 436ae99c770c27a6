import { readFileSync } from 'node:fs';

/** Processes above this one that are looked at; a login is a handful of steps away. */
const MOST_ANCESTORS = 32;

/**
 * SSH_CONNECTION of the session that fw was started from. `sudo` takes it out of the environment, so the environments of the processes
 * above are looked at as well, the nearest first. Undefined when there is none, or when this user may not look.
 */
export function sshConnection(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env.SSH_CONNECTION !== undefined) return env.SSH_CONNECTION;
  let pid = process.ppid;
  for (let step = 0; step < MOST_ANCESTORS && pid > 1; step += 1) {
    const found = readOrEmpty(`/proc/${pid}/environ`)
      .split('\0')
      .find((entry) => entry.startsWith('SSH_CONNECTION='));
    if (found !== undefined) return found.slice('SSH_CONNECTION='.length);
    pid = Number(/^PPid:\s*(\d+)$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0);
  }
  return undefined;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
