import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recover } from '../../src/app/recover/recover.ts';
import { foldJournal } from '../../src/core/journal/run-state.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { runFaulted } from '../support/fault-run.ts';
import { makeSite } from '../support/fault-site.ts';
import { apply, dataFolder, plan, realPorts } from '../support/fw.ts';
import { addNamespace, load, removeNamespace } from '../support/netns.ts';
import { findProcesses, killNow, waitGone } from '../support/programs.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

function journals(data: string): readonly string[] {
  return readdirSync(join(data, 'journal')).map((name) => join(data, 'journal', name));
}

/** Tables are printed in the order in which they were made. */
function sorted(text: string): readonly string[] {
  return text.split(/^(?=\*)/m).sort();
}

/** Kills the watchdog of a data folder and waits until it is gone. */
function killWatchdog(data: string): void {
  for (const pid of findProcesses('watchdog', data)) {
    killNow(pid);
    waitGone(pid);
  }
}

describe('a journal torn at every byte of its last line', () => {
  test('the first line: nothing was touched, so there is nothing to bring back', async () => {
    const site = makeSite('nft');
    const ports = realPorts(undefined, site.data);
    await apply(site.state, ports);
    const [begin = ''] = readFileSync(journals(site.data)[0] ?? '', 'utf8').split('\n');
    expect(begin.length).toBeGreaterThan(1000);
    for (let length = 0; length < begin.length; length += 1)
      expect(foldJournal(begin.slice(0, length))).toBeUndefined();
    expect(foldJournal(begin)?.state).toEqual({ kind: 'unfinished' });
  });

  test.each(BACKENDS)('the end: it counts only when it is whole, and then it is kept (%s)', async (backend) => {
    const site = makeSite(backend);
    const ports = realPorts(undefined, site.data);
    await apply(site.state, ports);
    const after = site.all();
    const [ended = ''] = journals(site.data);
    const text = readFileSync(ended, 'utf8').trimEnd();
    const start = text.lastIndexOf('\n') + 1;
    for (let length = start; length < text.length; length += 1) {
      expect(foldJournal(text.slice(0, length))?.state).toEqual({ kind: 'unfinished' });
    }
    expect(foldJournal(text)?.state).toMatchObject({ kind: 'ended', outcome: 'applied' });

    const open = ended.replace('ended-', '');
    renameSync(ended, open);
    expect((await recover(ports)).rolledBack).toEqual([]);
    expect(site.all()).toEqual(after);
    writeFileSync(open, text.slice(0, (start + text.length) / 2));
    expect((await recover(ports)).rolledBack).toHaveLength(1);
    expect(site.isBack()).toBe(true);
    expect(await ports.journal.unfinished()).toEqual([]);
  });
});

/** A data folder on a disk of its own, full but for some pages; everything that is not free space belongs to `filler`. */
const ON_FULL_DISK = `
mount -t tmpfs -o size=400k,mode=0700 tmpfs "$1" || exit 99
cat /dev/zero >"$1/filler" 2>/dev/null
truncate -s "-$(($2 * 4096))" "$1/filler"
shift 2; data=$1; node=$2; fw=$3; shift 3
"$node" "$fw" apply --auto-approve "$@"
echo "exit $?" >&2
rm "$data/filler"
"$node" "$fw" recover "$@" >&2
echo "recover $?" >&2
`;

describe.each(BACKENDS)('a full disk on %s', (backend) => {
  test('wherever it is full, the outcome is whole and told', () => {
    const site = makeSite(backend);
    const ends: string[] = [];
    for (let pages = 0; !ends.includes('exit 0') && pages < 40; pages += 1) {
      const data = dataFolder();
      const args = ['--mount', 'sh', '-c', ON_FULL_DISK, 'sh', data, String(pages), data, process.execPath, BUILT];
      const ran = spawnSync('unshare', [...args, '--state', site.state, '--data-dir', data], {
        encoding: 'utf8',
      });
      for (const pid of findProcesses('watchdog', data)) waitGone(pid);
      const end = /exit (\d+)/.exec(ran.stderr)?.[0] ?? '';
      ends.push(end);
      const where = `${pages} pages free: ${ran.stderr}`;
      expect(ran.stderr, where).toContain('recover 0');
      expect(['exit 0', 'exit 1', 'exit 8'], where).toContain(end);
      expect(site.isBack(), where).toBe(end !== 'exit 0');
      if (end === 'exit 1') expect(ran.stderr, where).toMatch(/env\.data-folder[\s\S]*unchanged/i);
    }
    expect(ends.at(-1)).toBe('exit 0');
    expect(ends).toContain('exit 1');
  });
});

describe.each(BACKENDS)('a reboot on %s', (backend) => {
  const rules = (name: string, port: number) =>
    `namespace: ${name}\nbackend: ${backend}\nownership: exclusive\ntables:\n  nat:\n    OUTPUT: [-p tcp --dport ${port} -j REDIRECT --to-ports 9]\n` +
    `  filter:\n    INPUT: {policy: DROP, rules: [-p tcp --dport 22 -j ACCEPT, -p tcp --dport ${port} -j ACCEPT]}\n`;

  /** The kernel forgets all rules, and the journal tells of another boot. */
  const reboot = (name: string, data: string) => {
    removeNamespace(name);
    addNamespace(name);
    for (const path of journals(data).filter((path) => !path.includes('ended-'))) {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"boot":"[0-9a-f-]+"/, '"boot":"another"'));
    }
  };

  test.each([
    ['in the middle of an apply', 'kill-after-all:0', []],
    ['while an apply waits to be confirmed', undefined, ['--confirm', '10m']],
  ])('%s: fw says so, recover writes nothing, and what was kept last is loaded', async (_, fault, flags) => {
    const site = makeSite(backend, { fresh: true });
    writeFiles(site.state, { 'a.yaml': rules(site.name, 80) });
    await apply(site.state, realPorts(undefined, site.data));
    const before = site.all();
    writeFiles(site.state, { 'a.yaml': rules(site.name, 81) });
    if (fault === undefined) site.fw('apply', '--auto-approve', ...flags);
    else runFaulted(fault, site.apply, { match: '^spawn nsenter --net=/proc/[0-9]+/fd/.*-restore --noflush' });
    killWatchdog(site.data);
    reboot(site.name, site.data);
    expect(site.fw('status').stdout).toContain('Unfinished:');
    const booted = site.all();
    const recovered = site.fw('recover');
    expect(recovered).toMatchObject({ status: 0, stdout: expect.stringContaining('was booted since') });
    expect(recovered.stdout).not.toContain('rolled back');
    expect(
      journals(site.data)
        .map((path) => readFileSync(path, 'utf8'))
        .join(''),
    ).toContain('"why":"booted"');
    expect(site.all()).toEqual(booted);
    const kept = runBuilt(['rollback', '--to', 'last', '--auto-approve', '--data-dir', site.data]);
    expect(kept).toMatchObject({ status: 0 });
    expect(site.all().map(sorted)).toEqual(before.map(sorted));
    writeFiles(site.state, { 'a.yaml': rules(site.name, 80) });
    expect((await plan(site.state)).plan.steps).toEqual([]);
  });

  test('and a namespace that is not there any more keeps no command from going on', () => {
    const site = makeSite(backend);
    runFaulted('kill-after-all:0', site.apply, { match: '^spawn nsenter --net=/proc/[0-9]+/fd/.*-restore --noflush' });
    killWatchdog(site.data);
    removeNamespace(site.name);
    expect(site.fw('recover')).toMatchObject({ status: 0 });
    addNamespace(site.name);
    load(site.name, backend, 'ipv4', '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    site.settled();
  });
});
