import { readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../../core/identity/types.ts';
import { type Fate, foldFate, foldJournal, type RunState } from '../../core/journal/run-state.ts';
import type { JournalEntry } from '../../core/journal/types.ts';
import { setsIn, tablesIn } from '../../core/plan/in-order.ts';
import { storeSetStep, storeStep, storeTables } from '../../core/plan/stored-step.ts';
import type { Clock, JournalStore, OpenJournal } from '../../ports/ports.ts';
import { enterDataFolder, openDataFolder } from './data-folder.ts';
import { openOwn } from './open-own.ts';
import { appendSynced, createSynced } from './write-synced.ts';

/** The kernel makes a new one at every boot. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

const MACHINE_ID = '/etc/machine-id';

const NETNS_FOLDER = '/run/netns';

const SUFFIX = '.jsonl';
/** Ended journals are kept for diagnosis, under names that `unfinished` does not read. */
export const ENDED = 'ended-';
const KEPT = 20;
/** More than all lines behind the first can have. */
export const END_BYTES = 4096;
const ID = /^[0-9]{8}T[0-9]{9}Z-[0-9]+$/;

/** The path of the journal of an apply. Throws for what is no id of one. */
export function journalPath(root: string, id: string, prefix = ''): string {
  if (!ID.test(id)) throw new Error(`not a journal id: ${JSON.stringify(id)}`);
  return join(root, 'journal', `${prefix}${id}${SUFFIX}`);
}

/** Puts a journal that has ended aside, and removes the oldest of those. */
export async function tidyJournal(root: string, id: string): Promise<void> {
  await rename(journalPath(root, id), journalPath(root, id, ENDED));
  await prune(join(root, 'journal'));
}

/** The moment of the newest id that this process has made, in milliseconds. */
let newest = 0;

/** An id names an apply for all data folders of the machine (/run/fw), and a process that uses the library may begin several in one millisecond. */
function uniqueMoment(now: Date): Date {
  const at = now.getTime();
  // A clock that was set back makes other ids by itself.
  newest = at <= newest && newest - at < 1_000 ? newest + 1 : at;
  return new Date(newest);
}

/** Journals of the data folder: one file an apply, one JSON value a line, in `journal/`. Ids sort by time. */
export function openJournalStore(root: string, clock: Clock): JournalStore {
  const names = async () => {
    const folder = await enterDataFolder(root, 'journal');
    return folder === undefined ? [] : readdir(folder);
  };
  const pathOf = (id: string, prefix = '') => journalPath(root, id, prefix);
  const open = async (id: string): Promise<OpenJournal> => ({ id, append: (entry) => append(id, entry) });
  const append = async (id: string, entry: JournalEntry) => {
    await appendSynced(pathOf(id), printEntry(entry));
    if (entry.kind === 'end' && entry.outcome !== 'broken') {
      // The line is on disk: what follows is tidying, and the next end tidies again.
      await tidyJournal(root, id).catch(() => {});
    }
  };
  const read = async (id: string) => {
    const text = await readText(root, id);
    return text === undefined ? undefined : foldJournal(text);
  };
  return {
    begin: async (steps, operator, namespaces) => {
      const sets = setsIn(steps);
      await openDataFolder(root, 'journal');
      const at = uniqueMoment(clock.now()).toISOString();
      const id = `${at.replace(/[-:.]/g, '')}-${process.pid}`;
      const { boot, machine, folder: seen } = await thisMachine();
      await createSynced(
        pathOf(id),
        printEntry({
          kind: 'begin',
          version: 1,
          id,
          at,
          pid: process.pid,
          boot,
          ...(machine === undefined ? {} : { machine }),
          ...(seen === undefined ? {} : { folder: seen }),
          operator,
          steps: tablesIn(steps).map((step) => ({ step: storeStep(step), ...storeTables(step) })),
          ...(sets.length === 0 ? {} : { sets: sets.map(storeSetStep) }),
          // Last, since there may be many: what comes before the steps is all that a list of journals reads.
          namespaces,
        }),
      );
      return open(id);
    },
    open,
    read,
    ended: async () =>
      (await names())
        .filter((name) => name.startsWith(ENDED))
        .map((name) => name.slice(ENDED.length, -SUFFIX.length))
        .filter((id) => ID.test(id))
        .sort(),
    fateOf: (id) => readJournalFate(root, id),
    pathOf,
    bootId: readBootId,
    here: thisMachine,
    unfinished: async () => {
      const ids = (await names()).map((name) => name.slice(0, -SUFFIX.length)).filter((id) => ID.test(id));
      const states = await Promise.all(ids.sort().map(read));
      return states.filter((state): state is RunState => state !== undefined && state.state.kind !== 'ended');
    },
  };
}

/** How the apply of a journal stands; undefined where there is no journal of it, or none that was begun. */
export async function readJournalFate(root: string, id: string): Promise<Fate | undefined> {
  const end = (await readEnd(journalPath(root, id))) ?? (await readEnd(journalPath(root, id, ENDED)));
  const fate = end?.includes('\n') === true ? foldFate(end) : undefined;
  if (fate !== undefined) return fate;
  const text = await readText(root, id);
  return text === undefined ? undefined : foldFate(text);
}

async function readText(root: string, id: string): Promise<string | undefined> {
  return (await readIfThere(journalPath(root, id))) ?? (await readIfThere(journalPath(root, id, ENDED)));
}

/** A leading line feed closes a line that a crash may have torn. */
export function printEntry(entry: JournalEntry): string {
  return entry.kind === 'begin' ? `${JSON.stringify(entry)}\n` : `\n${JSON.stringify(entry)}\n`;
}

/** The last bytes of a file, more than all lines behind the first can have: that one holds whole tables. */
function readEnd(path: string): Promise<string | undefined> {
  return readPart(path, Number.POSITIVE_INFINITY);
}

/** So many bytes of a file, from there, or the last ones of it. */
async function readPart(path: string, from: number): Promise<string | undefined> {
  const file = await openOwn(path);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, END_BYTES);
    const start = Math.min(from, size - length);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  const file = await openOwn(path);
  try {
    return await file?.readFile('utf8');
  } finally {
    await file?.close();
  }
}

async function prune(folder: string): Promise<void> {
  const ended = (await readdir(folder)).filter((name) => name.startsWith(ENDED)).sort();
  for (const name of ended.slice(0, -KEPT)) await unlink(join(folder, name));
}

export async function readBootId(): Promise<string> {
  return (await readFile(BOOT_ID, 'utf8')).trim();
}

/** This boot, this machine as far as it has a name, and the folder of namespace names that this process sees. */
async function thisMachine(): Promise<Machine> {
  const [boot, machine, folder] = await Promise.all([readBootId(), readMachineId(), readFolder()]);
  return {
    boot,
    ...(machine === undefined ? {} : { machine }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** What is not one line of hexadecimal digits (an image says `uninitialized`) is no name. */
async function readMachineId(): Promise<string | undefined> {
  const text = (await readFile(MACHINE_ID, 'utf8').catch(() => '')).trim();
  return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

async function readFolder(): Promise<string | undefined> {
  const found = await stat(NETNS_FOLDER).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
