import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findArguments } from '../../src/adapters/kernel/find-arguments.ts';
import { type LaneJob, laneProgram } from '../../src/adapters/kernel/lane-program.ts';
import { limitPrograms } from '../../src/adapters/kernel/limit-time.ts';
import { runEverywhere } from '../../src/adapters/kernel/run-everywhere.ts';
import { runLanes } from '../../src/adapters/kernel/run-lanes.ts';
import { runPieces } from '../../src/adapters/kernel/run-pieces.ts';
import type { Ran } from '../../src/ports.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';

const MARK = 'fw-mark';

const lanesOf = (jobs: readonly LaneJob[], lanes: number) => {
  const promises = runLanes(jobs, lanes);
  if (promises === undefined) throw new Error('perl cannot do it here');
  return Promise.all(promises);
};

const job = (namespace: string, ...words: LaneJob['words']): LaneJob => ({ namespace, words });

test('perl and find enter the same namespaces, and tell the same of those where the program or the way in fails', async () => {
  const [one, other] = [makeNamespace(), makeNamespace()];
  inNamespace(other, 'iptables-nft', ['-N', 'here']);
  // The listing of a chain that only one of them has: the program fails in the other.
  const jobs = [one, 'fwt-gone', other].map((name) => job(name, 'iptables-nft', '-S', 'here'));
  const expected = [undefined, undefined, { exitCode: 0, stdout: '-N here\n', stderr: '' }];
  for (const lanes of [1, 2, 3]) expect(await lanesOf(jobs, lanes)).toEqual(expected);
  // What find and all its programs said on standard error cannot be told apart.
  const found = await Promise.all(runPieces(jobs, 2));
  expect(found.map((ran) => ran && { ...ran, stderr: '' })).toEqual(expected);
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

test('find tells each namespace by its name', () => {
  const one = makeNamespace();
  const found = spawnSync('find', findArguments([one], ['echo', 'a'], MARK), { encoding: 'utf8' });
  expect(found.stdout).toBe(`a\n${MARK} ok ${one}\n`);
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
    const promises = runLanes(jobs, 1) as readonly Promise<Ran | undefined>[];
    expect(await promises[0]).toEqual({ exitCode: 0, stdout: 'a\n', stderr: '' });
    const words = { exitCode: -1, stdout: '', problem: 'timeout' };
    expect(await promises[1]).toEqual({ ...words, stderr: 'sleep: did not end in time and was killed\n' });
    expect(await promises[2]).toEqual({ ...words, stderr: 'echo: did not end in time and was killed\n' });
  } finally {
    limitPrograms(120);
  }
});

test('an errand that failed among others is run again by itself, for its own exit code and words', async () => {
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
