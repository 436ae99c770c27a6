import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LaneJob, laneProgram } from '../../src/adapters/process/lane-program.ts';
import { limitPrograms } from '../../src/adapters/process/limit-time.ts';
import { runEverywhere } from '../../src/adapters/process/run-everywhere.ts';
import { runLanes } from '../../src/adapters/process/run-lanes.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';

const MARK = 'fw-mark';

const lanesOf = (jobs: readonly LaneJob[], lanes: number) => Promise.all(runLanes(jobs, lanes));

const job = (name: string, ...words: LaneJob['words']): LaneJob => ({ namespace: `/run/netns/${name}`, words });

test('each namespace is entered, and one where the program or the way in fails is left to the caller', async () => {
  const [one, other] = [makeNamespace(), makeNamespace()];
  inNamespace(other, 'iptables-nft', ['-N', 'here']);
  // The listing of a chain that only one of them has: the program fails in the other.
  const jobs = [one, 'fwt-gone', other].map((name) => job(name, 'iptables-nft', '-S', 'here'));
  const expected = [undefined, undefined, { exitCode: 0, stdout: '-N here\n', stderr: '' }];
  for (const lanes of [1, 2, 3]) expect(await lanesOf(jobs, lanes)).toEqual(expected);
});

test('what is no network namespace is not entered', () => {
  const names = ['../../proc/self/ns/mnt', '../../proc/self/ns/net'];
  const args = laneProgram(
    names.map((name) => job(name, 'id')),
    1,
  );
  const ran = spawnSync('perl', args, { encoding: 'utf8', env: { ...process.env, FW_LANE_MARK: MARK } });
  // The second is one, the one that the test is in: it shows that the first was looked at.
  expect(ran.stdout).toMatch(/^fw-mark failed 0 0\nuid=0.*\nfw-mark ok 1 0\n$/);
});

test('each job has its own words of both outputs, however long they are', async () => {
  const names = [makeNamespace(), makeNamespace()];
  const long = 'head -c 300000 /dev/zero | tr "\\0" e >&2; head -c 300000 /dev/zero | tr "\\0" o';
  const jobs = names.flatMap((name) => [
    job(name, 'sh', '-c', long),
    job(name, 'sh', '-c', 'echo said >&2'),
    job(name, 'sh', '-c', 'echo "fw-000000000000000000000000 ok 1 0"'),
    job(name, 'sh', '-c', 'echo printed; echo "$FW_LANE_MARK"'),
  ]);
  for (const lanes of [1, 3]) {
    const ran = await lanesOf(jobs, lanes);
    const both = [
      { exitCode: 0, stdout: 'o'.repeat(300_000), stderr: 'e'.repeat(300_000) },
      { exitCode: 0, stdout: '', stderr: 'said\n' },
      { exitCode: 0, stdout: 'fw-000000000000000000000000 ok 1 0\n', stderr: '' },
      // The mark is no program's business.
      { exitCode: 0, stdout: 'printed\n\n', stderr: '' },
    ];
    expect(ran).toEqual([...both, ...both]);
  }
});

test('words are never code', async () => {
  const words = ['printf', '%s\\n', '$(id)', '`id`', '; id', "' . `id` . '", '@ARGV', '-e'] as const;
  const [ran] = await lanesOf([job(makeNamespace(), ...words)], 1);
  expect(ran?.stdout.split('\n').slice(0, -1)).toEqual(words.slice(2));
});

test('more jobs than one process takes', async () => {
  // A namespace that is not there costs next to nothing.
  const jobs = Array.from({ length: 12_000 }, () => job('fwt-gone', 'true'));
  const ran = await lanesOf([...jobs, job(makeNamespace(), 'echo', 'last')], 3);
  expect(ran.slice(0, -1).every((one) => one === undefined)).toBe(true);
  expect(ran.at(-1)?.stdout).toBe('last\n');
});

test('a program that hangs ends the run, and what was answered before stays answered', async () => {
  const name = makeNamespace();
  const jobs = [job(name, 'echo', 'a'), job(name, 'sleep', '1000'), job(name, 'echo', 'b')];
  limitPrograms(1);
  try {
    const promises = runLanes(jobs, 1);
    expect(await promises[0]).toEqual({ exitCode: 0, stdout: 'a\n', stderr: '' });
    const words = { exitCode: -1, stdout: '', problem: 'timeout' };
    expect(await promises[1]).toEqual({ ...words, stderr: 'sleep: did not end in time and was killed\n' });
    expect(await promises[2]).toEqual({ ...words, stderr: 'echo: did not end in time and was killed\n' });
  } finally {
    limitPrograms(120);
  }
});

test('a program that prints without end is left to be tried by itself, and those that have ended have answered', async () => {
  const name = makeNamespace();
  const jobs = [job(name, 'echo', 'a'), job(name, 'cat', '/dev/zero'), job(name, 'echo', 'b')];
  expect(await lanesOf(jobs, 1)).toEqual([{ exitCode: 0, stdout: 'a\n', stderr: '' }, undefined, undefined]);
});

test('so is one that says more than a megabyte on standard error', async () => {
  const name = makeNamespace();
  const long = (bytes: number) => `head -c ${bytes} /dev/zero | tr "\\0" e >&2; echo a`;
  const ran = await lanesOf([job(name, 'sh', '-c', long(1_000_000)), job(name, 'sh', '-c', long(2_000_000))], 1);
  expect(ran[0]).toMatchObject({ stdout: 'a\n', stderr: 'e'.repeat(1_000_000) });
  expect(ran[1]).toBe(undefined);
});

test('when the process that shares them out is killed, what it had not answered is left', async () => {
  const name = makeNamespace();
  // Lanes and programs are in its group; the second job kills that.
  const jobs = [job(name, 'echo', 'a'), job(name, 'sh', '-c', 'kill -9 0'), job(name, 'echo', 'b')];
  expect(await lanesOf(jobs, 1)).toEqual([{ exitCode: 0, stdout: 'a\n', stderr: '' }, undefined, undefined]);
});

test('a job that failed among others is run again by itself, for its own exit code and words', async () => {
  const names = Array.from({ length: 5 }, () => makeNamespace());
  inNamespace(names[3] ?? '', 'iptables-nft', ['-N', 'here']);
  const errands = names.map((name) => ({
    namespace: { kind: 'named' as const, name },
    words: ['iptables-nft', '-S', 'here'] as const,
  }));
  const ran = await Promise.all(runEverywhere(errands));
  expect(ran.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 0, 1]);
  expect(ran[0]?.stderr).toContain('chain `here');
});

test('jobs that all fail are not run again all at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fwt-count-'));
  try {
    const name = makeNamespace();
    // Each notes how many are at work with it, then fails.
    const script = `mkdir ${folder}/$$; ls ${folder} | grep -c '^[0-9]' >>${folder}/most; rmdir ${folder}/$$; exit 3`;
    const errands = Array.from({ length: 100 }, () => ({
      namespace: { kind: 'named' as const, name },
      words: ['sh', '-c', script] as const,
    }));
    const ran = await Promise.all(runEverywhere(errands));
    expect(ran.every(({ exitCode }) => exitCode === 3)).toBe(true);
    const counts = readFileSync(join(folder, 'most'), 'utf8').trim().split('\n').map(Number);
    expect(counts).toHaveLength(200);
    // Those of the lanes, and as many that are run again.
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * (availableParallelism() + 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
