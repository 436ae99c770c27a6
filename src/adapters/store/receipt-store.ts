import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Receipt } from '../../core/receipt/types.ts';
import { seal, unseal } from '../../core/seal/seal.ts';
import type { ReceiptStore } from '../../ports/ports.ts';
import { findDataFolder, openDataFolder } from './data-folder.ts';
import { createSynced, createTemporary, renameSynced } from './write-synced.ts';

const FILE = /^([0-9]{1,9})\.json$/;
const PENDING = /^pending-([0-9TZ-]+)\.json$/;

/**
 * Receipts of the data folder: `receipts/N.json` for generation N. Until its fate is known the receipt of an apply is beside them as
 * `pending-JOURNAL.json`.
 */
export function openReceiptStore(root: string): ReceiptStore {
  const folder = () => openDataFolder(root, 'receipts');
  const pending = (journalId: string) => join(root, 'receipts', `pending-${journalId}.json`);
  const kept = (number: number) => join(root, 'receipts', `${number}.json`);
  const read = async (path: string) => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : (unseal(path, text, 'receipt') as unknown as Receipt);
  };
  return {
    prepare: async (receipt) => {
      await folder();
      await createSynced(pending(receipt.journal), seal(receipt));
    },
    keep: async (journalId, number, confirmed) => {
      const receipt = await read(pending(journalId));
      if (receipt === undefined) return;
      const { digest, ...content } = receipt;
      const confirm = { ...content.confirm, confirmed };
      const temporary = join(await folder(), `.${number}.json.${process.pid}`);
      await unlinkIfThere(temporary);
      await createTemporary(temporary, seal({ ...content, generation: number, confirm }));
      await renameSynced(temporary, kept(number));
      await unlinkIfThere(pending(journalId));
    },
    discard: (journalId) => unlinkIfThere(pending(journalId)),
    pending: async () => {
      const found = await findDataFolder(root, 'receipts');
      return (found === undefined ? [] : await readdir(found)).flatMap((name) => {
        const id = PENDING.exec(name)?.[1];
        return id === undefined ? [] : [id];
      });
    },
    removeBelow: async (number) => {
      for (const name of await readdir(await folder())) {
        const [, found] = FILE.exec(name) ?? [];
        if (found !== undefined && Number(found) < number) await unlinkIfThere(join(await folder(), name));
      }
    },
    read: async (number) => ((await findDataFolder(root, 'receipts')) === undefined ? undefined : read(kept(number))),
  };
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
