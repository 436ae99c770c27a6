import type { Generation } from '../../core/generation/types.ts';
import type { WentBack } from '../../core/journal/went-back.ts';
import { isCutOff, wentBackOf } from '../../core/journal/went-back.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from './kept-generations.ts';
import { type ReceiptFault, receiptFaults } from './receipt-faults.ts';

/** Ends of an apply that no command asked for. */
const BY_ITSELF: ReadonlySet<WentBack['why']> = new Set<WentBack['why']>(['not confirmed', 'booted', 'died']);

/** A generation without its rules. */
type GenerationEntry = Omit<Generation, 'namespaces' | 'states' | 'version'> & {
  readonly number: number;
  readonly namespaces: number;
  /** What is wrong with the receipt of its apply; absent where nothing is. */
  readonly receipt?: ReceiptFault;
};

/** Generation 0: since when it is kept, and of how many namespaces. */
type BeforeEntry = { readonly number: 0; readonly at: string; readonly namespaces: number };

/** One line of the history: what was there before fw, an apply that was kept, or one that was rolled back. */
export type HistoryItem =
  | { readonly kind: 'before'; readonly entry: BeforeEntry }
  | { readonly kind: 'generation'; readonly entry: GenerationEntry }
  | { readonly kind: 'went-back'; readonly entry: WentBack };

/** A line of `fw history --json`. */
export type HistoryLine =
  | ({ readonly type: 'before' } & BeforeEntry)
  | ({ readonly type: 'generation' } & GenerationEntry)
  | ({ readonly type: 'went-back'; readonly id: string } & Omit<WentBack, 'journal'>);

/** Programs that look for a journal among the generations must not find one that was rolled back: there it is an `id`. */
export function historyLine(item: HistoryItem): HistoryLine {
  if (item.kind === 'before') return { type: 'before', ...item.entry };
  if (item.kind === 'generation') return { type: 'generation', ...item.entry };
  const { journal: id, ...rest } = item.entry;
  return { type: 'went-back', id, ...rest };
}

/** What happened to the firewall of a data folder, oldest first, whatever the wall clock was: an apply that went back stands in front of the next generation. */
export async function listHistory(ports: Ports): Promise<readonly HistoryItem[]> {
  const back = await listWentBack(ports);
  const before = await entryOfBefore(ports);
  const items: HistoryItem[] = before === undefined ? [] : [{ kind: 'before', entry: before }];
  let next = 0;
  const addBack = (wentFirst: (entry: WentBack) => boolean) => {
    for (let entry = back[next]; entry !== undefined && wentFirst(entry); entry = back[next]) {
      items.push({ kind: 'went-back', entry });
      next += 1;
    }
  };
  for (const entry of await listGenerations(ports)) {
    addBack(({ at, after }) => (after === undefined ? at <= entry.at : after < entry.number));
    items.push({ kind: 'generation', entry });
  }
  addBack(() => true);
  return items;
}

async function entryOfBefore({ before }: Ports): Promise<BeforeEntry | undefined> {
  const known = ((await before.read())?.namespaces ?? []).flatMap(({ namespace, tables, sets }) =>
    [...tables, ...sets].flatMap(({ at, isUnknown }) =>
      isUnknown ? [] : [{ namespace: namespaceLabel(namespace), at }],
    ),
  );
  const [first] = known.map(({ at }) => at).sort();
  if (first === undefined) return undefined;
  return { number: 0, at: first, namespaces: new Set(known.map(({ namespace }) => namespace)).size };
}

/** All generations of the data folder, oldest first. */
async function listGenerations(ports: Ports): Promise<readonly GenerationEntry[]> {
  const entries: GenerationEntry[] = [];
  const faults = await receiptFaults(ports);
  for await (const { number, generation } of keptGenerations(ports)) {
    const { version, namespaces, states, ...rest } = generation;
    const receipt = faults.get(number);
    const fault = receipt === undefined ? {} : { receipt };
    entries.push({ number, ...rest, namespaces: namespaces.length, ...fault });
  }
  return entries;
}

/** Applies that were rolled back, oldest first; also those that no run has filed yet, such as when the disk was full when they went back. */
export async function listWentBack(ports: Ports): Promise<readonly WentBack[]> {
  const { wentBack, generations, journal } = ports;
  const filed = await wentBack.list();
  const known = new Set(filed.map((record) => record.journal));
  const fresh: WentBack[] = [];
  for (const id of [...(await generations.prepared())].sort()) {
    const fate = known.has(id) ? undefined : await journal.fateOf(id);
    if (fate?.kind !== 'ended' || fate.outcome !== 'rolled-back') continue;
    const prepared = await readPreparedStill(ports, id);
    // Filed since the list was read, which has it by now.
    if (prepared === undefined) return listWentBack(ports);
    const record = wentBackOf(prepared, fate);
    if (record !== undefined) fresh.push(record);
  }
  if (fresh.length === 0) return filed;
  const after = (await generations.numbers()).at(-1) ?? 0;
  return [...filed, ...fresh.map((record) => ({ ...record, after }))];
}

/** Undefined where it is not there any more: the run that ended the apply has filed it. */
async function readPreparedStill({ generations }: Ports, id: string): Promise<Generation | undefined> {
  try {
    return await generations.readPrepared(id);
  } catch (error) {
    if (!(await generations.prepared()).includes(id)) return undefined;
    throw error;
  }
}

/** The last apply of the data folder, where it went back; undefined where the newest generation is the last. */
export async function lastWentBack(ports: Ports): Promise<WentBack | undefined> {
  const last = (await listWentBack(ports)).at(-1);
  const newest = (await ports.generations.numbers()).at(-1);
  if (last === undefined || newest === undefined) return last;
  if (last.after !== undefined) return newest <= last.after ? last : undefined;
  const { at } = (await ports.generations.read(newest)).generation;
  return at < last.at ? last : undefined;
}

/**
 * The newest apply of the data folder, where its time was over, where it died, or where the command that rejected it was cut off: it is back, and the user who asks to take it back may not know. Undefined
 * where the newest one was kept, or went back by a command.
 */
export async function takenBackByItself(ports: Ports): Promise<WentBack | undefined> {
  const last = await lastWentBack(ports);
  return last !== undefined && (BY_ITSELF.has(last.why) || isCutOff(last)) ? last : undefined;
}
