import type { Ran } from '../../../src/ports/ports.ts';
import { createSet, isAlike, type LiveSet, readElement, readEntry } from './live-set.ts';
import { DONE, Unmodelled } from './refused.ts';

/** The sets of one namespace, and how many rules ask each. */
export type LiveSets = { readonly sets: Map<string, LiveSet>; readonly rulesOn: (set: string) => number };

class SetRefused extends Error {
  readonly line: number;
  constructor(line: number, words: string) {
    super(words);
    this.line = line;
  }
}

type Line = { readonly number: number; readonly words: readonly string[]; readonly isExist: boolean };

const MISSING = 'The set with the given name does not exist';
const THERE = 'Set cannot be created: set with the same name already exists';
const IN_USE = 'Set cannot be destroyed: it is in use by a kernel component';

/**
 * `ipset restore` 7.17. Lines are carried out one by one, and those before one that is refused stay done; but `add` and `del` lines of one set that
 * follow each other go to the kernel together, with the flags of the first, after all of them are read.
 */
export function restoreSets(live: LiveSets, text: string, options: { readonly isExist: boolean }): Ran {
  const lines = text.split('\n').flatMap((line, index): Line[] => {
    if (line === '' || line.startsWith('#')) return [];
    const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, '$1'));
    const isExist = words.at(-1) === '-exist';
    return [{ number: index + 1, words: isExist ? words.slice(0, -1) : words, isExist: isExist || options.isExist }];
  });
  try {
    for (let at = 0; at < lines.length; ) at += runRun(live, lines, at);
    return DONE;
  } catch (error) {
    if (!(error instanceof SetRefused)) throw error;
    return { exitCode: 1, stdout: '', stderr: `ipset v7.17: Error in line ${error.line}: ${error.message}\n` };
  }
}

/** Carries out the lines from a place on that go to the kernel together, and resolves to their number. */
function runRun(live: LiveSets, lines: readonly Line[], start: number): number {
  const first = lines[start] as Line;
  const [command = '', name = ''] = first.words;
  if (command !== 'add' && command !== 'del') {
    runLine(live, first);
    return 1;
  }
  let end = start;
  while (lines[end]?.words[0] === command && lines[end]?.words[1] === name) end += 1;
  const run = lines.slice(start, end);
  const set = live.sets.get(name);
  if (set === undefined) throw new SetRefused(first.number, MISSING);
  const changes = run.map((line) => (command === 'add' ? readAdd(live, set, line) : readDel(set, line)));
  for (const change of changes) change(first.isExist);
  return run.length;
}

type Change = (isExist: boolean) => void;

function readAdd(live: LiveSets, set: LiveSet, { number, words }: Line): Change {
  const read = readElement(set, words[2] ?? '');
  if ('problem' in read) throw new SetRefused(number, read.problem);
  const { element } = read;
  const entry = readEntry(set, words.slice(3));
  return (isExist) => {
    if (set.type === 'list:set' && !live.sets.has(element)) {
      throw new SetRefused(number, 'Set to be added/deleted/tested as element does not exist.');
    }
    const isThere = set.entries.has(element);
    if (isThere && !isExist) throw new SetRefused(number, "Element cannot be added to the set: it's already added");
    if (!isThere && set.entries.size >= set.maxelem)
      throw new SetRefused(number, 'Hash is full, cannot add more elements');
    set.entries.set(element, entry);
  };
}

function readDel(set: LiveSet, { number, words }: Line): Change {
  const read = readElement(set, words[2] ?? '');
  if ('problem' in read) throw new SetRefused(number, read.problem);
  if (words.length > 3) throw new Unmodelled('words behind the element of a del line');
  return (isExist) => {
    if (!set.entries.delete(read.element) && !isExist)
      throw new SetRefused(number, "Element cannot be deleted from the set: it's not added");
  };
}

function runLine(live: LiveSets, line: Line): void {
  const said = carryOut(live, line);
  if (said !== undefined) throw new SetRefused(line.number, said);
}

/** Resolves to the words with which ipset refuses the line; undefined when it is done. */
function carryOut(live: LiveSets, { words, isExist }: Line): string | undefined {
  const { sets } = live;
  const [command = '', name = '', other = ''] = words;
  const set = sets.get(name);
  switch (command) {
    case 'create': {
      const created = createSet(words.slice(2));
      if (typeof created === 'string') return created;
      if (set !== undefined) return isExist && isAlike(set, created) ? undefined : THERE;
      sets.set(name, created);
      return undefined;
    }
    case 'destroy':
      if (set === undefined) return isExist ? undefined : MISSING;
      if (referencesOf(live, name) > 0) return IN_USE;
      sets.delete(name);
      return undefined;
    case 'flush':
      set?.entries.clear();
      return set === undefined ? MISSING : undefined;
    case 'swap': {
      const second = sets.get(other);
      if (set === undefined) return MISSING;
      if (second === undefined) return 'Sets cannot be swapped: the second set does not exist';
      if (set.type !== second.type || set.family !== second.family) {
        return 'The sets cannot be swapped: their type does not match';
      }
      sets.set(name, second);
      sets.set(other, set);
      return undefined;
    }
    default:
      throw new Unmodelled(`ipset ${command}`);
  }
}

/** Rules and lists that refer to a set. */
export function referencesOf({ sets, rulesOn }: LiveSets, name: string): number {
  const lists = [...sets.values()].filter(({ type, entries }) => type === 'list:set' && entries.has(name));
  return rulesOn(name) + lists.length;
}
