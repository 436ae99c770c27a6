import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { makeSite } from './fault-site.ts';
import { killWatchdog } from './programs.ts';
import { BUILT } from './run-built.ts';

type Site = ReturnType<typeof makeSite>;

/** Mounts of its own, in which the data folder of a site is a disk of 1 MB that can be filled, closed and made read-only. */
export type DiskMachine = {
  /** Words of sh, with the data folder as $1; returns what they print. */
  readonly sh: (words: string) => string;
  readonly fw: (...args: readonly string[]) => { readonly status: number | null; stdout: string; stderr: string };
  /** fw with a fault at an effect, see fault-preload.cjs; how it ended, and at which effect. */
  readonly faulted: (
    fault: string,
    harm: string,
    ...args: readonly string[]
  ) => {
    readonly status: number | null;
    readonly stderr: string;
    readonly stdout: string;
    readonly hit: string | undefined;
    readonly effects: number;
  };
  /** Node with some words, beside fw: for a program that is paused. */
  readonly start: (words: readonly string[], env: Readonly<Record<string, string>>) => ChildProcess;
  readonly end: () => void;
};

export async function makeDiskMachine(site: Site, env: Readonly<Record<string, string>> = {}): Promise<DiskMachine> {
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holder.stdin.write('ready\n');
  await once(holder.stdout, 'data');
  const inside = ['--target', String(holder.pid), '--mount', '--'];
  const all = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...env };
  const run = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('nsenter', [...inside, ...words], {
      encoding: 'utf8',
      env: all,
      timeout: 110_000,
    });
    return { status, stdout, stderr };
  };
  const machine: DiskMachine = {
    sh: (words) => {
      const ran = run('sh', '-euc', words, 'sh', site.data);
      if (ran.status !== 0) throw new Error(`${words}: ${ran.stderr}`);
      return ran.stdout;
    },
    fw: (...args) => run(process.execPath, BUILT, ...args, ...site.flags),
    faulted: (fault, harm, ...args) => {
      const log = join(mkdtempSync(join(tmpdir(), 'fwt-fault-')), 'log');
      const more = { FW_FAULT: fault, FW_FAULT_LOG: log, FW_FAULT_HARM: harm, FW_FAULT_DATA: site.data };
      const ran = spawnSync('nsenter', [...inside, process.execPath, ...preloaded(), ...args, ...site.flags], {
        encoding: 'utf8',
        env: { ...all, ...more },
        timeout: 110_000,
      });
      const effects = readFileSync(log, 'utf8').trim().split('\n');
      const { status, stdout, stderr } = ran;
      return {
        status,
        stdout,
        stderr,
        hit: effects.find((effect) => effect.startsWith('!'))?.slice(1),
        effects: effects.length,
      };
    },
    start: (words, more) =>
      spawn('nsenter', [...inside, process.execPath, ...words, ...site.flags], {
        env: { ...all, ...more },
        stdio: 'ignore',
        detached: true,
      }),
    end: () => {
      killWatchdog(site.data);
      holder.stdin.end();
    },
  };
  machine.sh('mount -t tmpfs -o size=1m,mode=0700 tmpfs "$1"');
  return machine;
}

/** Waits until the rules of a site are what they were. A watchdog that cannot write its journal stays, so its end is not what is waited for. */
export async function untilBack(site: Pick<Site, 'isBack'>, where: string): Promise<void> {
  for (let times = 0; times < 1800; times += 1) {
    if (site.isBack()) return;
    await pause(50);
  }
  throw new Error(`the rules are not back: ${where}`);
}

/** Fills the disk, and the last page of each journal, which would have room for a line. Empty lines mean nothing in a journal. */
const FILL = `
cat /dev/zero >"$1/filler" 2>/dev/null || true
for file in "$1"/journal/2*; do
  size=$(stat -c %s "$file")
  head -c $(( (4096 - size % 4096) % 4096 )) /dev/zero | tr '\\0' '\\n' >>"$file"
done
`;

/** What can become of a data folder, and how it is mended. */
export const DISK_FAULTS: Readonly<Record<string, readonly [fault: string, mend: string]>> = {
  'a full disk': [FILL, 'rm "$1/filler"'],
  'a disk that is read-only': [
    // The kernel refuses while a process has a file open for writing: fw that has just ended, or its watchdog for the moment in which it takes the lock.
    'for i in $(seq 200); do mount -o remount,ro "$1" 2>/dev/null && exit; sleep 0.05; done; exit 1',
    'mount -o remount,rw "$1"',
  ],
  'mode 755': ['chmod 755 "$1"', 'chmod 700 "$1"'],
  'mode 750 of the journal folder': ['chmod 750 "$1/journal"', 'chmod 700 "$1/journal"'],
  'mode 777': ['chmod 777 "$1"', 'chmod 700 "$1"'],
  'a folder in the place of fw.log': ['mkdir "$1/fw.log"', 'rmdir "$1/fw.log"'],
  'a dangling link in the place of fw.log': ['ln -s "$1/no/where" "$1/fw.log"', 'rm "$1/fw.log"'],
  'a link in the place of the journal folder': [
    'mv "$1/journal" "$1/moved"; ln -s moved "$1/journal"',
    'rm "$1/journal"; mv "$1/moved" "$1/journal"',
  ],
};

/** What leaves nothing that could be mended. */
export const GONE: Readonly<Record<string, string>> = {
  'everything in the folder removed': 'rm -r "$1"/*',
  'another disk mounted over it': 'mount -t tmpfs tmpfs "$1"',
};

export function preloaded(): readonly string[] {
  return ['--require', join(import.meta.dirname, 'fault-preload.cjs'), BUILT];
}
