import { open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { headOf } from '../../core/generation/expired.ts';
import { foldEarlier } from '../../core/generation/fold-earlier.ts';
import { type ParsedGeneration, parseGeneration, printGeneration } from '../../core/generation/parse-generation.ts';
import type { Generation, NumberedGeneration } from '../../core/generation/types.ts';
import type { GenerationStore } from '../../ports/ports.ts';
import { findDataFolder, ifMissing, openDataFolder } from './data-folder.ts';
import { numberInParts, openGenerationParts } from './generation-parts.ts';
import { createSynced, syncFolder } from './write-synced.ts';

const PENDING = /^pending-([0-9TZ-]+)\.json$/;
const FILE = /^([0-9]{1,9})\.json$/;

const HEAD_BYTES = 4096;

type Folded = {
  readonly number: number;
  readonly before: Generation | undefined;
  /** Of which state each generation is. */
  readonly names: ReadonlyMap<number, string>;
};

/**
 * Generations of the data folder: `generations/N.json`, numbered from 1. The generation of an apply that waits for its confirmation is
 * beside them as `pending-JOURNAL.json` and becomes one by a rename, which is whole or not at all. A
 * file of version 1 holds one state: what the others declared then is in the files before it. The newest is always whole, so that a plan reads one file; large older ones are kept in
 * parts.
 */
export function openGenerationStore(root: string): GenerationStore {
  const parts = openGenerationParts(root);
  const folder = () => openDataFolder(root, 'generations');
  const pending = (journalId: string) => join(root, 'generations', `pending-${journalId}.json`);
  /** For those who only read. */
  const names = async () => {
    const found = await findDataFolder(root, 'generations');
    return found === undefined ? [] : readdir(found);
  };
  const wholePath = (number: number) => join(root, 'generations', `${number}.json`);
  const numbers = async () => {
    const found = (await names()).flatMap((name) => numberWhole(name) ?? numberInParts(name) ?? []);
    // After a crash between the two one may be there in both forms.
    return [...new Set(found)].sort((a, b) => a - b);
  };
  const parse = async (number: number): Promise<ParsedGeneration> => {
    await findDataFolder(root, 'generations');
    const path = wholePath(number);
    const text = await readFile(path, 'utf8').catch(ifMissing);
    if (text !== undefined) return parseGeneration(path, text);
    const generation = await parts.read(number).catch(async (error: unknown) => {
      // An apply beside this reader may have removed it while its parts were read.
      if ((await numbers()).includes(number)) throw error;
    });
    if (generation === undefined) throw new FwError('generation.missing', `generation ${number} is not kept any more`);
    return { generation, isEarlier: false };
  };
  /** What was folded last, so that reading all files in order reads each of them once. */
  let folded: Folded = { number: 0, before: undefined, names: new Map() };
  const fold = async (number: number, generation: Generation): Promise<Folded & { readonly before: Generation }> => {
    const from = folded.number < number ? folded : { number: 0, before: undefined, names: new Map<number, string>() };
    let { before } = from;
    const names = new Map(from.names);
    const add = (at: number, parsed: ParsedGeneration) => {
      const whole = parsed.isEarlier
        ? foldEarlier(before, { number: at, generation: parsed.generation }, (target) => names.get(target))
        : parsed.generation;
      const [name] = whole.applied;
      if (name !== undefined) names.set(at, name);
      before = whole;
      return whole;
    };
    for (const at of (await numbers()).filter((one) => from.number < one && one < number)) {
      const parsed = await parse(at).catch(skipUnreadable);
      if (parsed !== undefined) add(at, parsed);
    }
    return { number, before: add(number, { generation, isEarlier: true }), names };
  };
  const read = async (number: number): Promise<NumberedGeneration> => {
    const { generation, isEarlier } = await parse(number);
    if (!isEarlier) return { number, generation };
    const whole = await fold(number, generation);
    folded = whole;
    return { number, generation: whole.before };
  };
  /** The one that was read last: a plan asks for the newest in several places, and a generation is never written again. */
  let last: { readonly number: number; readonly reading: Promise<NumberedGeneration> } | undefined;
  const readOnce = (number: number) => {
    if (last?.number === number) return last.reading;
    const reading = read(number);
    last = { number, reading };
    // A failure is no answer for the next one who asks.
    reading.catch(() => {
      last = undefined;
    });
    return reading;
  };
  const heads = async () => {
    const headIn = async (number: number, path: string) =>
      headOf(number, await beginning(path)) ??
      headOf(number, await readFile(path, 'utf8')) ?? { number, isEarlier: false, applied: [] };
    // One that cannot be read is of no state, and goes in its turn. One that is not there was removed by an apply beside this reader.
    const all = (await numbers()).map(
      async (number) =>
        (await headIn(number, wholePath(number)).catch(ifMissing)) ??
        (await headIn(number, parts.pathOf(number)).catch(ifMissing)),
    );
    return (await Promise.all(all)).flatMap((head) => head ?? []);
  };
  const prepare = async (journalId: string, generation: Generation) => {
    await folder();
    await createSynced(pending(journalId), printGeneration(generation));
  };
  const keep = async (journalId: string) => {
    const number = ((await numbers()).at(-1) ?? 0) + 1;
    await rename(pending(journalId), join(await folder(), `${number}.json`));
    await syncFolder(await folder());
    return number;
  };
  return {
    prepare,
    keep,
    record: async (generation) => {
      await prepare(generation.journal, generation);
      return keep(generation.journal);
    },
    heads,
    earlier: async () => (await heads()).flatMap(({ number, isEarlier }) => (isEarlier ? [number] : [])),
    remove: async (number) => {
      await folder();
      await parts.remove(number);
      await unlink(wholePath(number)).catch(ifMissing);
    },
    share: async (some) => {
      const isWhole = new Set((await names()).flatMap((name) => numberWhole(name) ?? []));
      for (const number of some) if (isWhole.has(number)) await parts.share(number).catch(skipUnreadable);
    },
    sweep: parts.sweep,
    discard: async (journalId) => {
      await unlink(pending(journalId)).catch(ifMissing);
    },
    readPrepared: async (journalId) => {
      const path = pending(journalId);
      const { generation, isEarlier } = parseGeneration(path, await readFile(path, 'utf8'));
      return isEarlier ? (await fold(((await numbers()).at(-1) ?? 0) + 1, generation)).before : generation;
    },
    prepared: async () =>
      (await names()).flatMap((name) => {
        const id = PENDING.exec(name)?.[1];
        return id === undefined ? [] : [id];
      }),
    numbers,
    read: readOnce,
  };
}

function numberWhole(name: string): number | undefined {
  const number = FILE.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The first bytes of a file: more than all that stands before its states usually has. */
async function beginning(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** An old generation that is damaged must not stand in the way of a newer one. */
function skipUnreadable(error: unknown): undefined {
  if (error instanceof FwError && error.code === 'generation.unreadable') return undefined;
  throw error;
}
