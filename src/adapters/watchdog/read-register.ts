import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRegisterEntry, type RegisterEntry } from '../../core/journal/register-entry.ts';
import { LIMITS } from '../../core/limits.ts';
import type { OtherRun, OtherRuns, OtherStanding } from '../../ports/ports.ts';
import { isLocked } from '../lock/is-locked.ts';
import { journalPath, readBootId, readJournalFate } from '../store/journal-store.ts';
import { within } from '../store/limit-store.ts';
import { openOwn } from '../store/open-own.ts';
import { ENTRY } from './register.ts';

/** The disk of another data folder has so long for one answer. */
const DISK_MS = 5_000;

/** All entries, of any data folder; `folder` is that of this run. */
export async function readRegister(place: string | undefined, folder: string): Promise<OtherRuns> {
  const names = place === undefined ? [] : await readdir(place).catch(() => []);
  const runs: OtherRun[] = [];
  const unread: string[] = [];
  const silent = new Set<string>();
  for (const name of names.filter((one) => one.endsWith(ENTRY)).sort()) {
    const path = join(place ?? '', name);
    const entry = await readEntry(path, name.slice(0, -ENTRY.length));
    if (entry === 'gone') continue;
    if (entry !== undefined)
      runs.push({
        ...entry,
        entry: path,
        isAtThisPath: entry.folder === folder,
        standing: () => standingOf(path, entry, silent),
      });
    // An entry without a lock was left by a disk or by another program, and stops no apply.
    else if ((await isLocked(path).catch(() => false)) !== false) unread.push(path);
  }
  return { runs, unread };
}

/** Undefined for what this fw cannot read. */
async function readEntry(path: string, id: string): Promise<RegisterEntry | 'gone' | undefined> {
  try {
    const file = await openOwn(path);
    if (file === undefined) return 'gone';
    try {
      const { size } = await file.stat();
      return size > LIMITS.registerEntry.most ? undefined : parseRegisterEntry(await file.readFile('utf8'), id);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/**
 * The journal decides, also where the watchdog was killed: every fw that recovers the data folder goes back. Without a journal a watchdog that lives still goes back, from
 * memory; once it is gone, no process can. That entry stays until the next boot all the same, since the disk of its folder may come back, or be mounted for other processes. `silent`
 * holds folders that have not answered, which are not asked a second time.
 */
async function standingOf(path: string, entry: RegisterEntry, silent: Set<string>): Promise<OtherStanding> {
  const { folder, boot } = entry;
  if (boot !== undefined && boot !== (await readBootId())) return takeOut(path);
  if (silent.has(folder)) return 'silent';
  try {
    return await within(DISK_MS, askFolder(path, entry), () => new Error('the disk does not answer'));
  } catch {
    silent.add(folder);
    return 'silent';
  }
}

async function askFolder(path: string, { id, folder }: RegisterEntry): Promise<OtherStanding> {
  const fate = await readJournalFate(folder, id);
  if (fate?.kind === 'ended') return takeOut(path);
  const isTaken = await isLocked(path);
  if (isTaken !== false) return isTaken ? 'watched' : 'silent';
  if (fate === undefined) return 'ended';
  const isWatched = await isLocked(journalPath(folder, id));
  if (isWatched === undefined) return 'silent';
  return isWatched ? 'watched' : 'left';
}

async function takeOut(path: string): Promise<'ended'> {
  await unlink(path).catch(() => {});
  return 'ended';
}
