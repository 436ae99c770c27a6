import type { Generation } from '../../core/generation/types.ts';
import type { WentBack } from '../../core/journal/went-back.ts';
import { wentBackOf } from '../../core/journal/went-back.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';

/** Ends of an apply that no command asked for. */
const BY_ITSELF: ReadonlySet<WentBack['why']> = new Set<WentBack['why']>(['not confirmed', 'booted', 'died']);

/** A generation without its rules. */
type GenerationEntry = Omit<Generation, 'namespaces' | 'states' | 'version'> & {
  readonly number: number;
  readonly namespaces: number;
};

/** Generation 0: since when it is kept, and of how many namespaces. */
type BeforeEntry = { readonly number: 0; readonly at: string; readonly namespaces: number };

/** One line of the history: what was there before fw, an apply that was kept, or one that was rolled back. */
export type HistoryItem =
  | { readonly kind: 'before'; readonly entry: BeforeEntry }
  | { readonly kind: 'generation'; readonly entry: GenerationEntry }
  | { readonly kind: 'went-back'; readonly entry: WentBack };

/** What happened to the firewall of a data folder, oldest first. Generations keep the order of their numbers, whatever the clock was. */
export async function listHistory(ports: Ports): Promise<readonly HistoryItem[]> {
  const back = await listWentBack(ports);
  const before = await entryOfBefore(ports);
  const items: HistoryItem[] = before === undefined ? [] : [{ kind: 'before', entry: before }];
  let next = 0;
  const addBack = (until: string) => {
    for (let entry = back[next]; entry !== undefined && entry.at <= until; entry = back[next]) {
      items.push({ kind: 'went-back', entry });
      next += 1;
    }
  };
  for (const entry of await listGenerations(ports)) {
    addBack(entry.at);
    items.push({ kind: 'generation', entry });
  }
  addBack('~');
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
async function listGenerations({ generations }: Ports): Promise<readonly GenerationEntry[]> {
  const entries: GenerationEntry[] = [];
  for (const number of await generations.numbers()) {
    const { version, namespaces, states, ...rest } = (await generations.read(number)).generation;
    entries.push({ number, ...rest, namespaces: namespaces.length });
  }
  return entries;
}

/** Applies that were rolled back, oldest first; also those that no run has filed yet, such as when the disk was full when they went back. */
export async function listWentBack({ wentBack, generations, journal }: Ports): Promise<readonly WentBack[]> {
  const filed = await wentBack.list();
  const known = new Set(filed.map((record) => record.journal));
  const fresh: WentBack[] = [];
  for (const id of [...(await generations.prepared())].sort()) {
    const fate = known.has(id) ? undefined : await journal.fateOf(id);
    if (fate?.kind !== 'ended' || fate.outcome !== 'rolled-back') continue;
    const record = wentBackOf(await generations.readPrepared(id), fate);
    if (record !== undefined) fresh.push(record);
  }
  if (fresh.length === 0) return filed;
  const after = (await generations.numbers()).at(-1) ?? 0;
  return [...filed, ...fresh.map((record) => ({ ...record, after }))];
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
 * The newest apply of the data folder, where its time was over, or where it died: it is back, and the user who asks to take it back may not know. Undefined
 * where the newest one was kept, or went back by a command.
 */
export async function takenBackByItself(ports: Ports): Promise<WentBack | undefined> {
  const last = await lastWentBack(ports);
  return last !== undefined && BY_ITSELF.has(last.why) ? last : undefined;
}
