import { expect, test } from 'vitest';
import { untilBack } from '../support/disk-machine.ts';
import { drive, FIRST_RESTORE } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { inNamespace } from '../support/netns.ts';
import { pace } from '../support/pace.ts';
import { killWatchdog } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';

test('while an apply of one data folder waits, no other one applies in its namespace', () => {
  const site = makeSite('nft');
  const second = ['--state', site.state, '--data-dir', dataFolder()];
  const fw = (...words: string[]) => runBuilt([...words, ...second]);
  expect(fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
  expect(inNamespace(site.name, 'iptables-nft', ['-F', 'fw-INPUT'])).toMatchObject({ status: 0 });
  const { stdout } = site.fw('apply', '--auto-approve', '--confirm', '10m');
  const [, id = ''] = /fw confirm (\S+) /.exec(stdout) ?? [];
  const waiting = `the apply ${id} of \\S+, which the data folder ${site.data} keeps, has not ended`;
  expect(fw('status').stdout).toMatch(new RegExp(`Elsewhere: +${waiting}`));
  expect(JSON.parse(fw('status', '--json').stdout)).toMatchObject({ other_folders: [{ id, data_dir: site.data }] });
  expect(fw('plan').stderr.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`Warning: ${waiting}`));
  const live = site.all();
  const left = fw('rollback', '0', '--auto-approve');
  const words = left.stderr.replaceAll(/\s+/g, ' ');
  expect([left.status, words]).toEqual([
    7,
    expect.stringMatching(new RegExp(`${waiting}.*apply\\.other-folder.*unchanged`)),
  ]);
  expect(words).toContain(`fw confirm ${id} --data-dir ${site.data},`);
  // Nothing to do, but what is live may go back.
  expect(fw('apply', '--auto-approve')).toMatchObject({
    status: 7,
    stderr: expect.stringContaining('apply.other-folder'),
  });
  // A data folder that has applied nothing knows no namespace yet.
  expect(runBuilt(['status', '--data-dir', dataFolder()]).stdout).toMatch(new RegExp(`Elsewhere: +${waiting}`));
  killWatchdog(site.data);
  const unwatched = fw('apply', '--auto-approve');
  expect(unwatched.stderr.replaceAll(/\s+/g, ' ')).toMatch(
    new RegExp(`${waiting}, and its watchdog is gone.* fw recover --data-dir ${site.data} Then run again`),
  );
  expect(unwatched.status).toBe(7);
  expect(site.all()).toEqual(live);
  expect(site.fw('recover').stdout).toContain('has a watchdog again');
  expect(fw('status').stdout.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`${waiting}: what`));
  expect(site.fw('confirm', '--reject')).toMatchObject({ status: 0 });
  expect(fw('status').stdout).not.toContain(id);
  expect(fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
});

test('of two data folders that apply at one time one begins', async () => {
  const site = makeSite('nft');
  const run = drive(site.apply, FIRST_RESTORE);
  await run.reached;
  const ran = runBuilt(['apply', '--auto-approve', '--state', site.state, '--data-dir', dataFolder()]);
  await run.resume();
  expect(ran).toMatchObject({ status: 7, stderr: expect.stringContaining('[apply.other-folder]') });
  expect(await run.ended).toMatchObject({ status: 0 });
  expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0 });
});

test('a disk that is mounted over the data folder of an apply that waits hides it from no command', async () => {
  const site = makeSite('nft');
  expect(site.fw('apply', '--auto-approve', '--confirm', pace(4).flag)).toMatchObject({ status: 0 });
  const mounted = ['--data-dir', site.data];
  const script = `mount -t tmpfs -o mode=700 none "$1" && shift && "$@"`;
  const through = ['unshare', '--mount', 'sh', '-c', script, 'sh', site.data];
  const status = runBuilt(['status', ...mounted], { through });
  expect(status.stdout).toMatch(/Elsewhere: .* has not ended/);
  expect(status.stdout).toContain('no longer at its path');
  expect(runBuilt(['plan', '--state', site.state, ...mounted], { through }).stderr).toContain('has not ended');
  await untilBack(site, 'at its deadline');
});
