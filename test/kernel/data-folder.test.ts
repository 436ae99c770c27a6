import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { runBuilt } from '../support/run-built.ts';

/** Mounts the data folder read-only, for this command alone, and runs fw. */
const READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99; shift; exec "$@"';

function onReadOnly(data: string, ...args: readonly string[]) {
  return runBuilt(args, {
    through: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', READ_ONLY, 'sh', data],
  });
}

describe('commands that only read', () => {
  test('work on a data folder that is read-only, and one that writes names the folder', () => {
    const site = makeSite('nft');
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    const after = site.all();
    for (const words of [['status'], ['history'], ['plan'], ['drift'], ['validate'], ['show', 'last'], ['recover']]) {
      const ran = onReadOnly(site.data, ...words, ...site.flags);
      expect(ran, words.join(' ')).toMatchObject({ status: 0, stderr: '' });
    }
    const applied = onReadOnly(site.data, 'apply', '--auto-approve', ...site.flags);
    expect(applied).toMatchObject({ status: 1, stderr: expect.stringContaining('env.data-folder') });
    expect(applied.stderr).toContain(site.data);
    expect(applied.stderr).toContain('Firewall: unchanged');
    expect(site.all()).toEqual(after);
  });

  test('make no folder that is not there', () => {
    const missing = join(dataFolder(), 'typo/a/b');
    for (const words of [['status'], ['history'], ['recover']])
      expect(runBuilt([...words, '--data-dir', missing]), words.join(' ')).toMatchObject({ status: 0 });
    expect(runBuilt(['confirm', '--data-dir', missing])).toMatchObject({ status: 1 });
    const state = ['--state', makeSite('nft').state];
    expect(runBuilt(['plan', ...state, '--data-dir', missing])).toMatchObject({ status: 0 });
    for (const words of [
      ['confirm', '--reject'],
      ['rollback', '--auto-approve'],
      ['rollback', '0', '--auto-approve'],
      ['state', 'rename', 'a', 'b'],
      ['state', 'forget', 'a', '--auto-approve'],
      ['state', 'forget', 'a', '--keep-rules', '--auto-approve'],
      ['recover', '--forget', '20260102T030405678Z-123'],
      ['drift'],
    ])
      expect(runBuilt([...words, '--data-dir', missing]), words.join(' ')).toMatchObject({ status: 1 });
    expect(existsSync(dirname(dirname(missing)))).toBe(false);
  });

  test('read a data folder that others may look at; commands that write get the remedy', () => {
    const site = makeSite('nft');
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    chmodSync(site.data, 0o755);
    for (const words of [['status'], ['plan'], ['validate']])
      expect(site.fw(...words), words.join(' ')).toMatchObject({ status: 0 });
    const applied = site.fw('apply', '--auto-approve');
    expect(applied).toMatchObject({ status: 1, stderr: expect.stringContaining(`chmod 700 ${site.data}`) });
  });

  test('do not take what somebody else could have written there', () => {
    const data = join(dataFolder(), 'open');
    mkdirSync(data);
    chmodSync(data, 0o777);
    mkdirSync(join(data, 'generations'), { mode: 0o700 });
    const ran = runBuilt(['history', '--data-dir', data]);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('can be written by other users') });
  });
});
