import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal, Told } from '../../core/event-log/types.ts';
import type { EventLog } from '../../ports/ports.ts';
import { LOG_FILES } from './append-log.ts';
import { findDataFolder, openDataFolder } from './data-folder.ts';
import { openOwn } from './open-own.ts';
import { replaceSynced } from './write-synced.ts';

const FILE = 'refused.jsonl';
/** A refusal has less than a kilobyte. */
const KEPT = 200;
/** So much of the end of `fw.log` is read, and of the one before it: some two thousand lines. */
const TOLD_BYTES = 256 * 1024;

/** `journal/refused.jsonl`, one JSON value a line and oldest first, and the end of `fw.log`. Lines that fw has not written are left out. */
export function openEventLog(root: string): EventLog {
  const refusals = async (): Promise<readonly Refusal[]> => {
    const folder = await findDataFolder(root, 'journal');
    if (folder === undefined) return [];
    const text = await readFile(join(folder, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap(parseRefusal);
  };
  return {
    refusals,
    refuse: async (refusal) => {
      const folder = await openDataFolder(root, 'journal');
      const kept = [...(await refusals()), refusal].slice(-KEPT);
      await replaceSynced(join(folder, FILE), kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
    },
    told: async () => {
      const folder = await findDataFolder(root);
      if (folder === undefined) return [];
      const texts = await Promise.all([LOG_FILES.before, LOG_FILES.now].map((name) => readEnd(join(folder, name))));
      return texts.flatMap((text) => (text ?? '').split('\n').flatMap(parseTold));
    },
  };
}

async function readEnd(path: string): Promise<string | undefined> {
  const file = await openOwn(path);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TOLD_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The first line of a part of a file may be cut: it does not begin with a time then. */
function parseTold(line: string): readonly Told[] {
  const [, at, words] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z) (.+)$/.exec(line) ?? [];
  return at === undefined || words === undefined ? [] : [{ at, words }];
}

function parseRefusal(line: string): readonly Refusal[] {
  try {
    const { at, operator, state, code, said } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (![at, operator, state, code, said].every((value) => typeof value === 'string')) return [];
    return [{ at, operator, state, code, said } as Refusal];
  } catch {
    return [];
  }
}
