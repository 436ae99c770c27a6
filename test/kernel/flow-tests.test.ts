import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const TESTS =
  'tests:\n  - name: ssh from the office only\n    allow: [tcp 198.51.100.0/24 -> port 22]\n    deny: ["tcp !198.51.100.0/24 -> port 22"]\n';

test('a state is applied while its tests hold, and an apply that would break one touches nothing', () => {
  const ns = makeNamespace();
  const state = (source: string) =>
    `namespace: ${ns}\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules:\n        - -s ${source} -p tcp --dport 22 -j ACCEPT\n${TESTS}`;
  const cwd = stateFolder({ 'state/a.yaml': state('198.51.100.0/24') });
  const env = { FW_DATA_DIR: dataFolder() };
  const run = (...args: string[]) => runBuilt(args, { cwd, env });
  expect(run('apply', '--auto-approve')).toMatchObject({ status: 0 });
  const applied = saved(ns, 'nft', 'ipv4');
  expect(applied).toContain('-A fw-INPUT -s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT');

  writeFiles(cwd, { 'state/a.yaml': state('198.51.0.0/16') });
  const planned = run('plan', '--out', 'broken.fwplan');
  expect(planned.stdout).toMatch(
    /! FWG08 {2}a test of the state does not hold: filter fw-INPUT in .* needs --allow-failing-tests/s,
  );
  expect(planned.stdout).toContain('ssh from the office only: deny tcp !198.51.100.0/24 -> port 22  state/a.yaml:11');
  expect(planned.stdout).toContain('packets are accepted by filter fw-INPUT 1');
  const refused = run('apply', '--auto-approve', '--allow-mass-removal', '--allow-removal-in-use');
  expect(refused).toMatchObject({ status: 5 });
  expect(refused.stderr).toContain('stopped by guard FWG08');
  // The file carries the tests, and they are judged where it is applied.
  expect(run('apply', 'broken.fwplan', '--allow-mass-removal', '--allow-removal-in-use')).toMatchObject({
    status: 5,
    stderr: expect.stringContaining('stopped by guard FWG08'),
  });
  expect(run('test', '--plan', 'broken.fwplan')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('FAIL  ssh from the office only: deny'),
  });
  expect(run('test', '--live')).toMatchObject({ status: 0 });
  expect(saved(ns, 'nft', 'ipv4')).toBe(applied);

  expect(
    run('apply', 'broken.fwplan', '--allow-failing-tests', '--allow-mass-removal', '--allow-removal-in-use'),
  ).toMatchObject({ status: 0 });
  expect(run('test', '--live')).toMatchObject({ status: 1 });
});
