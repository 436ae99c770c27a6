import { readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

test('old generations go, with generation 0 and the newest left; blame says what it cannot know any more', () => {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  const apply = (rules: string) => {
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [${rules}]}}\n` });
    return fw('apply', '--state', state, '--auto-approve');
  };
  const folder = join(data, 'generations');
  const numbers = () =>
    readdirSync(folder)
      .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => one - other);
  expect(apply('-p tcp --dport 1 -j ACCEPT')).toMatchObject({ status: 0, stderr: '' });
  const first = readFileSync(join(folder, '1.json'), 'utf8');
  for (let number = 2; number <= 120; number += 1)
    writeFileSync(join(folder, `${number}.json`), first, { mode: 0o600 });
  expect(numbers()).toHaveLength(120);
  expect(apply('-p tcp --dport 1 -j ACCEPT, -p tcp --dport 2 -j ACCEPT')).toMatchObject({ status: 0, stderr: '' });
  expect(numbers()).toEqual(Array.from({ length: 100 }, (_, index) => 22 + index));
  expect(fw('history').stdout).toMatch(
    /^Generations that are not kept any more: 1 to 21\. None is missing since 22, of \d{4}-/,
  );
  const blamed = fw('blame', `${ns}/ipv4/filter/INPUT`);
  expect(blamed.stdout).toMatch(/^1 {2}22 or earlier /m);
  expect(blamed.stdout).toMatch(/^2 {2}121 /m);
  // It was listed, and is gone when it is opened: an apply beside this run removed it.
  symlinkSync('gone', join(folder, '21.json'));
  for (const command of ['history', 'status', 'drift'])
    expect(fw(command), command).toMatchObject({ status: 0, stderr: '' });
  unlinkSync(join(folder, '21.json'));
  // 120 is the last that counts as confirmed by a person: 121 was applied by a flag.
  expect(fw('rollback', '--to', 'previous', '--auto-approve', '--keep', '2')).toMatchObject({ status: 0 });
  expect(numbers()).toEqual([120, 121, 122]);
  expect(fw('rollback', '0', '--auto-approve', '--allow-empty').status).toBe(0);
});
