import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';

const PACKAGES = fileURLToPath(new URL('../../node_modules/.cache/neighbours', import.meta.url));
const SCRIPT = fileURLToPath(new URL('./neighbour.sh', import.meta.url));

const running: ChildProcess[] = [];

afterEach(async () => {
  // The places stand first: with one of them everything in it ends, and lets go of the pipes of those who started it.
  const all = running.splice(0);
  const closed = all.map((child) => (child.exitCode === null ? once(child, 'close') : undefined));
  for (const child of all) child.kill('SIGKILL');
  await Promise.all(closed);
});

export type Neighbour = {
  /** Runs a program of the packages to its end and gives its output back; throws when it fails. */
  readonly run: (words: readonly string[], input?: string) => string;
  /** Starts a program that stays, and waits until its output holds this text. */
  readonly start: (words: readonly string[], ready: string) => Promise<ChildProcess>;
  /** Tries until the program succeeds; throws after a minute. */
  readonly until: (words: readonly string[]) => void;
};

/**
 * A place for programs of other packages in a network namespace: the machine with these packages installed, and with a /usr, /etc, /var and
 * /run of its own. What is started there ends after the test, and nothing of what it writes stays but rules.
 */
export async function makeNeighbour(namespace: string, backend: Backend): Promise<Neighbour> {
  const place = spawn(
    'nsenter',
    [
      `--net=/run/netns/${namespace}`,
      '--',
      ...['unshare', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', SCRIPT, PACKAGES, backend],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  running.push(place);
  await Promise.race([
    once(place.stdout, 'data'),
    once(place, 'close').then(() => {
      throw new Error('no place for other programs: has `scripts/setup --tests` been run?');
    }),
  ]);
  const inside = readFileSync(`/proc/${place.pid}/task/${place.pid}/children`, 'utf8').trim();
  const enter = ['--target', inside, '--net', '--mount', '--pid', '--wd=/', '--'];
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };
  const tryRun = (words: readonly string[], input: string) =>
    spawnSync('nsenter', [...enter, ...words], { env, input, encoding: 'utf8', timeout: 110_000 });
  return {
    run: (words, input = '') => {
      const ran = tryRun(words, input);
      if (ran.status !== 0) throw new Error(`${words.join(' ')}: ${ran.stderr}${ran.stdout}`);
      return ran.stdout;
    },
    start: async (words, ready) => {
      const child = spawn('nsenter', [...enter, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      running.push(child);
      let output = '';
      await new Promise<void>((resolve, reject) => {
        const look = (data: unknown) => {
          output += String(data);
          if (output.includes(ready)) resolve();
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.on('close', () => reject(new Error(`${words.join(' ')} ended: ${output}`)));
      });
      return child;
    },
    until: (words) => {
      const end = Date.now() + 60_000;
      while (tryRun(words, '').status !== 0) {
        if (Date.now() > end) throw new Error(`${words.join(' ')} does not succeed`);
      }
    },
  };
}
