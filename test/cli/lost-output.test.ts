import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fwt-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A device as /dev/full or /dev/null, in a folder of the test. */
function device(name: string, minor: number): string {
  const path = join(folder, name);
  expect(spawnSync('mknod', [path, 'c', '1', String(minor)]).status).toBe(0);
  return path;
}

describe('outputs go to a disk that is full', () => {
  const onFull = (redirect: string, args: readonly string[]) => {
    const full = device(`full-${args[0]}-${args.length}`, 7);
    const ran = spawnSync(
      'bash',
      ['-c', `out=$1; shift; exec "$@" ${redirect}`, 'bash', full, process.execPath, BUILT, ...args],
      {
        encoding: 'utf8',
      },
    );
    return { status: ran.status, stderr: ran.stderr };
  };

  test.each(['> "$out"', '> "$out" 2> "$out"'])('an apply and a confirmation end as ever (%s)', (redirect) => {
    const site = makeSite('nft');
    const lost = redirect.includes('2>') ? '' : 'could not be written';
    const applied = onFull(redirect, [...site.apply, '--confirm', '10m']);
    expect(applied).toEqual({ status: 0, stderr: expect.stringContaining(lost) });
    expect(site.isBack()).toBe(false);
    expect(onFull(redirect, ['confirm', '--reject', ...site.flags.slice(2)]).status).toBe(0);
    expect(site.isBack()).toBe(true);
    const late = onFull(redirect, ['confirm', ...site.flags.slice(2)]);
    expect(late).toEqual({ status: 1, stderr: expect.not.stringContaining('Page a human') });
    site.settled();
  });

  test.each(['plan', 'status'])('fw %s does not say that all is well', (command) => {
    const site = makeSite('nft');
    const json = onFull('> "$out"', [command, '--json', ...(command === 'plan' ? site.flags : site.flags.slice(2))]);
    expect(json.status).toBe(1);
    const text = onFull('> "$out"', [command, ...(command === 'plan' ? site.flags : site.flags.slice(2))]);
    expect(text.status).toBe(1);
    expect(text.stderr).toContain('[env.output]');
  });
});

describe('a file that is asked for has the name of something else', () => {
  test.each([
    ['--out', 1],
    ['--json-out', 1],
    ['--metrics', 0],
  ])('fw plan %s leaves a device as it is', (flag, status) => {
    const site = makeSite('nft');
    const path = device('null', 3);
    const ran = site.fw('plan', flag, path);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain('not an ordinary file');
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
  });

  test('the link of a standard output stays, also where it leads to a file', () => {
    const site = makeSite('nft');
    const path = join(folder, 'stdout');
    symlinkSync('/proc/self/fd/1', path);
    expect(site.fw('plan', '--out', path).status).toBe(1);
    expect(readlinkSync(path)).toBe('/proc/self/fd/1');
  });

  test('a planted link is replaced, and leads nowhere', () => {
    const site = makeSite('nft');
    const path = join(folder, 'plan');
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(site.fw('plan', '--out', path).status).toBe(0);
    expect(lstatSync(path).isFile()).toBe(true);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });
});

test('a fault of fw says what the live rules are: before the first write, and behind an apply that is done', () => {
  const [ns, data] = [makeNamespace(), dataFolder()];
  const state = stateFolder({ 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [-s 10.0.0.1 -j ACCEPT]}}\n` });
  const broken = (words: string) => {
    const folder = stateFolder({
      'break.cjs': `const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  if (String(text).includes(${JSON.stringify(words)})) throw new TypeError('broken on purpose');
  return write(text, ...rest);
};`,
    });
    return runBuilt(['apply', '--state', state, '--data-dir', data, '--auto-approve'], {
      through: ['env', `NODE_OPTIONS=--require=${join(folder, 'break.cjs')}`],
    });
  };
  const isLive = () => inNamespace(ns, 'iptables-save', []).stdout.includes('10.0.0.1');
  const unwritten = broken('Plan: ');
  expect(unwritten.stderr).toMatch(/internal\.bug[\s\S]*broken on purpose[\s\S]*Firewall: unchanged\./);
  expect(isLive()).toBe(false);
  const done = broken('Applied: ');
  expect(done.stderr).toMatch(/internal\.bug[\s\S]*broken on purpose[\s\S]*Firewall: applied and verified\./);
  expect(isLive()).toBe(true);
  expect(runBuilt(['plan', '--state', state, '--data-dir', data, '--detailed-exitcode']).status).toBe(0);
});
