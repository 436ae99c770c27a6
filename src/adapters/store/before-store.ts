import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { BeforeFw } from '../../core/generation-zero/types.ts';
import type { BeforeStore } from '../../ports/ports.ts';
import { findDataFolder, ifMissing, openDataFolder } from './data-folder.ts';
import { createSynced, renameSynced } from './write-synced.ts';

const PENDING = /^before-pending-([0-9TZ-]+)\.json$/;

/**
 * `generations/before.json`, of which there is one. The record as it becomes by an apply is kept beside it as `before-pending-JOURNAL.json`, and takes its
 * place by a rename, which is whole or not at all.
 */
export function openBeforeStore(root: string): BeforeStore {
  const path = join(root, 'generations', 'before.json');
  const pending = (journalId: string) => join(root, 'generations', `before-pending-${journalId}.json`);
  const read = async (file: string) => {
    if ((await findDataFolder(root, 'generations')) === undefined) return undefined;
    const text = await readFile(file, 'utf8').catch(ifMissing);
    return text === undefined ? undefined : parse(file, text);
  };
  return {
    read: () => read(path),
    readPrepared: (journalId) => read(pending(journalId)),
    prepare: async (journalId, record) => {
      await openDataFolder(root, 'generations');
      await createSynced(pending(journalId), `${JSON.stringify(record)}\n`);
    },
    keep: (journalId) => renameSynced(pending(journalId), path),
    discard: async (journalId) => {
      await unlink(pending(journalId)).catch(ifMissing);
    },
    prepared: async () => {
      const found = await findDataFolder(root, 'generations');
      return (found === undefined ? [] : await readdir(found)).flatMap((name) => PENDING.exec(name)?.[1] ?? []);
    },
  };
}

function parse(path: string, text: string): BeforeFw {
  let value: BeforeFw;
  try {
    value = JSON.parse(text) as BeforeFw;
  } catch (cause) {
    throw new FwError('generation.unreadable', `${path} was cut or altered: it is not JSON`, { cause });
  }
  if (value?.version === 1) return value;
  throw new FwError('generation.unreadable', `${path} is of a format that this fw does not know: it reads 1`);
}
