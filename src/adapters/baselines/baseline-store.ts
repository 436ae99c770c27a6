import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBaseline, printBaseline } from '../../core/counters/baseline.ts';
import { parseTotals, printTotals } from '../../core/counters/totals-file.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { BaselineStore, OpenRecord, TotalsStore } from '../../ports/record-ports.ts';
import { takeFlock } from '../lock/flock.ts';
import { findDataFolder, openDataFolder } from '../store/data-folder.ts';
import { openOwn } from '../store/open-own.ts';
import { replaceSynced } from '../store/write-synced.ts';

const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** No reader can be called so. */
const TOTALS = '_metrics';

/** `counters/NAME.json` of the data folder, and `counters/NAME.lock`, which is never removed: the lock of a reader belongs to the open file. */
export function openBaselineStore(root: string, waitSeconds: number = LIMITS.readerWait.most): BaselineStore {
  return {
    open: async (reader) => {
      if (!NAME.test(reader) || reader.length > LIMITS.readerName.most) {
        throw new FwError(
          'usage',
          `"${reader}" is no name of a reader: at most ${LIMITS.readerName.most} of a-z, A-Z, 0-9, - and _, and not - or _ first`,
        );
      }
      const folder = await openFolder(root);
      await checkRoom(folder, reader);
      const lock = await lockFile(folder, reader, {
        waitSeconds,
        busy: `another run of fw counters has the reader ${reader}`,
        next: 'Wait until it has ended, or give each asker a reader of its own.',
      });
      return openRecord(join(folder, `${reader}.json`), lock, { parse: parseBaseline, print: printBaseline });
    },
  };
}

/** `counters/_metrics.json` and its lock. */
export function openTotalsStore(root: string, waitSeconds: number = LIMITS.readerWait.most): TotalsStore {
  return {
    open: async () => {
      const folder = await openFolder(root);
      const lock = await lockFile(folder, TOTALS, {
        waitSeconds,
        busy: 'another run of fw counters --metrics is at work',
        next: 'Wait until it has ended.',
      });
      return openRecord(join(folder, `${TOTALS}.json`), lock, { parse: parseTotals, print: printTotals });
    },
  };
}

/** Only an apply makes a data folder: one that a mistyped path makes would say that no apply waits. */
async function openFolder(root: string): Promise<string> {
  if ((await findDataFolder(root)) === undefined) {
    throw new FwError('env.data-folder', `there is no data folder ${root} to keep in what was counted`, {
      next: `fw apply makes it; or make it by hand: mkdir -m 700 ${shellWord(root)}`,
    });
  }
  return openDataFolder(root, 'counters');
}

async function checkRoom(folder: string, reader: string): Promise<void> {
  const locks = (await readdir(folder)).filter((name) => name.endsWith('.lock') && name !== `${TOTALS}.lock`);
  if (locks.length < LIMITS.readers.most || locks.includes(`${reader}.lock`)) return;
  throw new FwError('usage', `${folder} has ${locks.length} readers already, and keeps no more`, {
    next: 'Remove the .json and .lock files there of readers that are not used any more.',
  });
}

async function lockFile(
  folder: string,
  name: string,
  { waitSeconds, busy, next }: { readonly waitSeconds: number; readonly busy: string; readonly next: string },
): Promise<FileHandle> {
  const path = join(folder, `${name}.lock`);
  const file = await open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600).catch((cause: Error) => {
    throw new FwError('env.data-folder', `cannot open ${path}`, {
      output: cause.message,
      next: 'See whether the disk is full or read-only, then run again. Nothing was told to the reader.',
      cause,
    });
  });
  const taken = await takeFlock(file.fd, waitSeconds);
  if (taken.kind === 'held') return file;
  await file.close();
  if (taken.kind === 'failed') throw new FwError('env.data-folder', `cannot lock ${path}`, { output: taken.output });
  throw new FwError('run.locked', busy, { next });
}

function openRecord<T>(
  path: string,
  lock: FileHandle,
  { parse, print }: { readonly parse: (path: string, text: string) => T; readonly print: (value: T) => string },
): OpenRecord<T> {
  return {
    read: async () => {
      const file = await openOwn(path);
      if (file === undefined) return undefined;
      try {
        const { size } = await file.stat();
        if (size > LIMITS.baseline.most) {
          throw new FwError('env.data-folder', `${path} is larger than ${LIMITS.baseline.most} bytes`);
        }
        return parse(path, await file.readFile('utf8'));
      } finally {
        await file.close();
      }
    },
    write: (value) => replaceSynced(path, print(value)),
    close: () => lock.close(),
  };
}
