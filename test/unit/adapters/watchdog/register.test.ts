import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { readRegister } from '../../../../src/adapters/watchdog/read-register.ts';
import { enterRegister } from '../../../../src/adapters/watchdog/register.ts';

const ID = '20261005T140207000Z-812';
const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const END = { kind: 'end', at: '2026-10-05T14:02:08.000Z', outcome: 'confirmed' };
const BEGIN = { kind: 'begin', version: 1, id: ID, at: '2026-10-05T14:02:07.000Z', pid: 812, boot: BOOT };

const folders: string[] = [];
const locks: ChildProcess[] = [];
/** An open file that nothing holds is closed one day, and its lock goes with it. */
const leaves: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const leave of leaves.splice(0)) await leave();
  for (const lock of locks.splice(0)) lock.stdin?.end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A place for entries, and a data folder with the journal of an apply. */
function makePlaces() {
  const place = mkdtempSync(join(tmpdir(), 'fwt-register-'));
  const folder = mkdtempSync(join(tmpdir(), 'fwt-data-'));
  folders.push(place, folder);
  mkdirSync(join(folder, 'journal'));
  const journal = join(folder, 'journal', `${ID}.jsonl`);
  const write = (...entries: readonly object[]) =>
    writeFileSync(journal, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
  write({ ...BEGIN, operator: 'ana', steps: [], namespaces: [] }, { kind: 'pending', deadline: '' });
  const enter = async (boot = BOOT) => {
    const leave = await enterRegister(place, folder, { id: ID, operator: 'ana', boot, namespaces: [] });
    leaves.push(leave);
    return leave;
  };
  const standing = async () => (await readRegister(place, '/elsewhere')).runs[0]?.standing();
  return { place, folder, journal, write, enter, standing, path: join(place, `${ID}.watched`) };
}

/** The lock of an entry goes with its last descriptor: this is how it is after a watchdog was killed. */
function unlock(path: string): void {
  const text = readFileSync(path);
  rmSync(path);
  writeFileSync(path, text, { mode: 0o600 });
}

async function lock(path: string): Promise<void> {
  const holder = spawn('flock', ['--shared', path, 'sh', '-c', 'echo locked; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  locks.push(holder);
  await once(holder.stdout, 'data');
}

test('a reader sees an entry whole and locked', async () => {
  const { place, enter, standing, path } = makePlaces();
  let isOver = false;
  const lookUntilOver = async () => {
    const seen = new Set<number>();
    while (!isOver) {
      if (existsSync(path)) seen.add((await readRegister(place, '/elsewhere')).runs.length);
      await new Promise(setImmediate);
    }
    return seen;
  };
  const looking = lookUntilOver();
  const leave = await enter();
  isOver = true;
  const seen = await looking;
  expect([...seen].filter((runs) => runs !== 1)).toEqual([]);
  expect(await standing()).toBe('watched');
  await leave();
  expect(readdirSync(place)).toEqual([]);
});

test('an apply whose watchdog was killed is known as long as its journal has not ended', async () => {
  const { place, journal, write, enter, standing, path, folder } = makePlaces();
  await enter();
  unlock(path);
  expect([await standing(), readdirSync(place)]).toEqual(['left', [`${ID}.watched`]]);
  await lock(journal);
  expect(await standing()).toBe('watched');
  write({ ...BEGIN, operator: 'ana', steps: [], namespaces: [] }, END);
  expect([await standing(), readdirSync(place)]).toEqual(['ended', []]);
  await enter();
  renameSync(journal, join(folder, 'journal', `ended-${ID}.jsonl`));
  expect([await standing(), readdirSync(place)]).toEqual(['ended', []]);
});

test('without a journal a watchdog that lives decides, and the entry stays for a disk that comes back', async () => {
  const { place, enter, standing, path, folder } = makePlaces();
  await enter();
  renameSync(folder, `${folder}-away`);
  folders.push(`${folder}-away`);
  expect(await standing()).toBe('watched');
  unlock(path);
  expect([await standing(), readdirSync(place)]).toEqual(['ended', [`${ID}.watched`]]);
  renameSync(`${folder}-away`, folder);
  folders.pop();
  expect(await standing()).toBe('left');
});

test('a folder that cannot be looked at counts as one whose apply has not ended, and is asked once', async () => {
  const { enter, standing, journal } = makePlaces();
  await enter();
  rmSync(journal);
  mkdirSync(journal);
  expect(await standing()).toBe('silent');
});

test('an entry of an earlier boot has ended', async () => {
  const { place, enter, standing } = makePlaces();
  await enter('01234567-89ab-cdef-0123-456789abcdef');
  expect([await standing(), readdirSync(place)]).toEqual(['ended', []]);
});

test('an entry that cannot be read stops somebody only while it is locked', async () => {
  const { place, path } = makePlaces();
  writeFileSync(path, 'rubbish', { mode: 0o600 });
  expect(await readRegister(place, '/elsewhere')).toEqual({ runs: [], unread: [] });
  await lock(path);
  expect(await readRegister(place, '/elsewhere')).toEqual({ runs: [], unread: [path] });
});

test('where flock(1) does not tell, an apply counts as one that has not ended', async () => {
  const { place, folder, journal, enter, standing, path } = makePlaces();
  await enter();
  rmSync(journal);
  writeFileSync(join(folder, 'flock'), '#!/bin/sh\nexit 3\n', { mode: 0o700 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  expect(await standing()).toBe('silent');
  writeFileSync(path, 'rubbish', { mode: 0o600 });
  expect(await readRegister(place, '/elsewhere')).toEqual({ runs: [], unread: [path] });
});
