import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { untilBack } from '../support/disk-machine.ts';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { removeNamespace, saved } from '../support/netns.ts';
import { killWatchdog } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

type Site = ReturnType<typeof makeSite>;

const fwOf =
  ({ data }: Site) =>
  (...args: string[]) =>
    runBuilt([...args, '--data-dir', data]);

function change({ state }: Site, from: string, to: string): void {
  writeFiles(state, { 'a.yaml': readFileSync(join(state, 'a.yaml'), 'utf8').replace(from, to) });
}

describe('an apply that went back at its deadline', () => {
  test('is what fw rollback, fw confirm --reject and fw confirm speak of, and nothing more goes back', async () => {
    const site = makeSite('nft');
    const fw = fwOf(site);
    expect(runBuilt(site.apply).status).toBe(0);
    change(site, '--dport 80', '--dport 81');
    expect(runBuilt(site.apply).status).toBe(0);
    const kept = saved(site.name, 'nft', 'ipv4');
    change(site, '--dport 81', '--dport 82');
    expect(runBuilt([...site.apply, '--confirm', '1s']).status).toBe(0);
    await untilBack({ ...site, isBack: () => saved(site.name, 'nft', 'ipv4') === kept }, 'at the deadline');
    site.settled();
    const again = fw('rollback', '--auto-approve');
    expect(again).toMatchObject({ status: 1, stderr: expect.stringMatching(/is back already \(not confirmed, .*\)/) });
    expect(fw('confirm', '--reject')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/is rolled back and verified \(not confirmed\)/),
    });
    expect(fw('confirm')).toMatchObject({ status: 1, stderr: expect.stringContaining('(not confirmed)') });
    expect(saved(site.name, 'nft', 'ipv4')).toBe(kept);
    expect(fw('rollback', '--to', 'previous', '--auto-approve').status).toBe(0);
    expect(saved(site.name, 'nft', 'ipv4')).toContain('--dport 80');
  });
});

test('fw rollback --state-name does not take back what waits of another state', () => {
  const site = makeSite('nft', { fresh: true });
  const fw = fwOf(site);
  const other = stateFolder({
    'b.yaml': `state: other\nowner: other\nnamespace: ${site.name}\ntables: {filter: {OUTPUT: [-p udp -j ACCEPT]}}\n`,
  });
  expect(fw('apply', '--state', other, '--auto-approve').status).toBe(0);
  writeFiles(other, { 'b.yaml': readFileSync(join(other, 'b.yaml'), 'utf8').replace('udp', 'tcp') });
  expect(fw('apply', '--state', other, '--auto-approve').status).toBe(0);
  expect(runBuilt([...site.apply, '--state-name', 'mine', '--confirm', '60s']).status).toBe(0);
  const live = saved(site.name, 'nft', 'ipv4');
  expect(fw('rollback', '--state-name', 'other', '--auto-approve')).toMatchObject({
    status: 7,
    stderr: expect.stringContaining('is about mine, not other'),
  });
  expect(saved(site.name, 'nft', 'ipv4')).toBe(live);
  expect(fw('rollback', '--state-name', 'mine')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('(rejected)'),
  });
});

describe('fw recover with an id', () => {
  test('that is of no unfinished apply says so', () => {
    for (const flag of ['--here', '--forget']) {
      const data = join(dataFolder(), 'none');
      expect(runBuilt(['recover', flag, 'wrong', '--data-dir', data])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('there is no unfinished apply wrong'),
      });
    }
  });

  test('of an apply whose namespace is gone says that nothing is left in it', () => {
    const site = makeSite('nft');
    expect(runBuilt([...site.apply, '--confirm', '60s']).status).toBe(0);
    killWatchdog(site.data);
    site.settled();
    const [name = ''] = readdirSync(join(site.data, 'journal'));
    const path = join(site.data, 'journal', name);
    // As an older fw wrote it, which then died.
    const { namespaces: _, ...begin } = JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '') as Record<
      string,
      unknown
    >;
    writeFileSync(path, `${JSON.stringify(begin)}\n`);
    removeNamespace(site.name);
    const ran = runBuilt(['recover', '--here', name.replace('.jsonl', ''), '--data-dir', site.data]);
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining(`namespace ${site.name} was deleted`) });
    expect(ran.stdout).not.toContain('restored');
  });
});

test.each(['1', '0', 'last', 'previous'])(
  'fw rollback to %s while the first apply of all waits is refused as pending',
  (target) => {
    const site = makeSite('nft', { fresh: true });
    expect(runBuilt([...site.apply, '--confirm', '60s']).status).toBe(0);
    expect(fwOf(site)('rollback', target, '--auto-approve')).toMatchObject({
      status: 7,
      stderr: expect.stringContaining('waits to be confirmed'),
    });
    expect(fwOf(site)('confirm', '--reject').status).toBe(0);
  },
);
