import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FwError } from '../../core/diagnostics/errors.ts';
import { parseGeneration, printGeneration } from '../../core/generation/parse-generation.ts';
import { joinGeneration } from '../../core/generation/parts/join-generation.ts';
import { parseInParts } from '../../core/generation/parts/parse-in-parts.ts';
import { partName, type SplitGeneration, splitGeneration } from '../../core/generation/parts/split-generation.ts';
import type { GenerationInParts } from '../../core/generation/parts/types.ts';
import type { Generation } from '../../core/generation/types.ts';
import { findDataFolder, ifMissing, openDataFolder } from './data-folder.ts';
import { replaceUnsynced, syncFolder } from './write-synced.ts';

/** A generation whose file is smaller stays whole: a hundred of them are less than one of a large firewall. */
const SMALLEST = 16 * 1024;
/** So many files are written at a time: Node has four threads for it. */
const AT_ONCE = 4;

const FILE = /^([0-9]{1,9})\.parts\.json$/;
const PART = /^[0-9a-f]{64}$/;
/** What a crash leaves of a file that was not renamed yet. */
const LEFT_OVER = /^\.[0-9]{1,9}\.parts\.json\./;

/** What is written, so that a test can stop at each effect. */
export type PartsDisk = {
  readonly replace: (path: string, text: string) => Promise<void>;
  readonly sync: (folder: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
};

const REAL: PartsDisk = { replace: replaceUnsynced, sync: syncFolder, remove: unlink };

/** The number of a generation that is kept in parts, of the name of its file; undefined for every other file. */
export function numberInParts(name: string): number | undefined {
  const number = FILE.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/**
 * Generations that have parts in common: `generations/N.parts.json` names files of `generations/parts` by the sha256 of what they hold. Every part is on disk before a file names it, the file is on disk
 * before the whole generation goes, and a part goes when no file names it any more: at each moment every generation can be read.
 */
export function openGenerationParts(root: string, disk: PartsDisk = REAL) {
  const folder = join(root, 'generations');
  const pathOf = (number: number) => join(folder, `${number}.parts.json`);
  const partPath = (name: string) => join(folder, 'parts', `${name}.json`);
  /** Those of the generation that was read last: its neighbour has most of them. */
  let known: ReadonlyMap<string, unknown> = new Map();

  const readPart = async (name: string, of: string): Promise<unknown> => {
    if (!PART.test(name)) throw unreadable(of, 'it names a part that cannot be one');
    const text = await readFile(partPath(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw unreadable(of, `its part ${partPath(name)} is missing`);
    });
    if (partName(text) !== name) throw unreadable(of, `its part ${partPath(name)} was cut or altered`);
    return JSON.parse(text);
  };

  /** Undefined where there is no such file. Throws `generation.unreadable` for one that is damaged, or that lacks a part. */
  const read = async (number: number): Promise<Generation | undefined> => {
    const path = pathOf(number);
    const text = await readFile(path, 'utf8').catch(ifMissing);
    if (text === undefined) return undefined;
    const inParts = parseInParts(path, text);
    await findDataFolder(root, 'generations/parts');
    const values = new Map<string, unknown>();
    await eachOf(inParts.parts, async (name) => {
      values.set(name, known.get(name) ?? (await readPart(name, path)));
    });
    known = values;
    return joined(path, inParts, values);
  };

  const writeParts = async ({ parts }: SplitGeneration) => {
    const inside = await openDataFolder(root, 'generations/parts');
    const there = new Set(await readdir(inside));
    let written = 0;
    await eachOf([...parts], async ([name, text]) => {
      // One that is damaged would take every generation that shares it along.
      if (there.has(`${name}.json`) && (await readFile(partPath(name), 'utf8').catch(ifMissing)) === text) return;
      await disk.replace(partPath(name), text);
      written += 1;
    });
    if (written > 0) await disk.sync(inside);
  };

  /** Keeps a generation in parts; one that is small, or of an older fw, stays as it is. */
  const share = async (number: number) => {
    const path = join(folder, `${number}.json`);
    const text = await readFile(path, 'utf8').catch(ifMissing);
    if (text === undefined || text.length < SMALLEST) return;
    const { generation, isEarlier } = parseGeneration(path, text);
    if (isEarlier) return;
    const split = splitGeneration(generation);
    if (!isSame(generation, text, split)) return;
    await writeParts(split);
    await disk.replace(pathOf(number), split.text);
    await disk.sync(folder);
    // A run that has lost its lock may have swept meanwhile.
    const there = new Set(await readdir(join(folder, 'parts')));
    const isWhole = [...split.parts.keys()].every((name) => there.has(`${name}.json`));
    await disk.remove(isWhole ? path : pathOf(number));
  };

  /** Removes parts that no generation names, and what a crash left. Throws `generation.unreadable` where a file cannot be read: what it names is not known, so all stay. */
  const sweep = async () => {
    const names = await readdir(folder).catch(ifMissing);
    const parts = await readdir(join(folder, 'parts')).catch(ifMissing);
    if (names === undefined || parts === undefined) return;
    const needed = new Set<string>();
    for (const number of names.flatMap((name) => numberInParts(name) ?? [])) {
      const text = await readFile(pathOf(number), 'utf8').catch(ifMissing);
      if (text === undefined) continue;
      for (const name of parseInParts(pathOf(number), text).parts) needed.add(`${name}.json`);
    }
    for (const name of names.filter((one) => LEFT_OVER.test(one))) await disk.remove(join(folder, name));
    for (const name of parts.filter((one) => !needed.has(one))) await disk.remove(join(folder, 'parts', name));
  };

  return {
    pathOf,
    read,
    share,
    sweep,
    remove: async (number: number) => {
      await disk.remove(pathOf(number)).catch(ifMissing);
    },
  };
}

/** Whether the parts make the generation that they were made of. */
function isSame(generation: Generation, whole: string, { text, parts }: SplitGeneration): boolean {
  const values = new Map([...parts].map(([name, part]) => [name, JSON.parse(part) as unknown]));
  const again = joined('', JSON.parse(text) as GenerationInParts, values);
  // The text is compared faster, and may have its keys in another order.
  return printGeneration(again) === whole || isDeepStrictEqual(again, generation);
}

function joined(path: string, inParts: GenerationInParts, values: ReadonlyMap<string, unknown>): Generation {
  try {
    return joinGeneration(inParts, (name) => {
      if (!values.has(name)) throw new RangeError(`part ${name} is not in its list`);
      return values.get(name);
    });
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof RangeError)
      throw unreadable(path, 'its parts do not fit together', cause);
    throw cause;
  }
}

async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const lane = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function unreadable(path: string, why: string, cause?: unknown): FwError {
  return new FwError('generation.unreadable', `${path} cannot be read: ${why}`, cause === undefined ? {} : { cause });
}
