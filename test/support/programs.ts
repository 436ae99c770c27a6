import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processes whose command line holds all these words, such as the watchdog of a data folder. */
export function findProcesses(...words: readonly string[]): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      const line = readCommand(pid);
      return words.every((word) => line.includes(word));
    })
    .map(Number);
}

/** Waits until a process is gone, however it goes. Throws after a minute. */
export function waitGone(pid: number): void {
  const { status } = spawnSync('timeout', [
    '60',
    'tail',
    '--pid',
    String(pid),
    '--sleep-interval',
    '0.05',
    '-f',
    '/dev/null',
  ]);
  if (status !== 0) throw new Error(`process ${pid} (${readCommand(String(pid))}) does not end`);
}

/** Kills the watchdog of a data folder, unless it has just ended by itself, and waits until it is gone. */
export function killWatchdog(data: string): void {
  for (const pid of findProcesses('watchdog', data)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    waitGone(pid);
  }
}

/** Waits until no process holds the lock of a data folder: fw, its watchdog, and what they started have done their work. */
export function waitUnlocked(data: string): void {
  for (const pid of findProcesses('watchdog', data)) waitGone(pid);
  const { status, stderr } = spawnSync('flock', ['--timeout', '60', join(data, 'lock'), 'true'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the lock of ${data} stays taken: ${stderr}`);
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Kills a process that may have ended by itself since it was found. */
export function killNow(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
