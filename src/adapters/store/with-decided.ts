import type { Fate } from '../../core/journal/run-state.ts';
import type { BeforeStore, GenerationStore, JournalStore } from '../../ports/ports.ts';

export type Records = { readonly generations: GenerationStore; readonly before: BeforeStore };

/**
 * The records of a data folder as its journals decide them: the last line of its journal makes an apply a generation, and that no process has filed it
 * yet changes nothing. A reader sees it under the number that it gets. To read it nothing is written, so it takes no lock.
 */
export function withDecided({ generations, before }: Records, journal: Pick<JournalStore, 'fateOf'>): Records {
  const kept = async (ids: readonly string[], isKept: (fate: Fate) => boolean) => {
    const fates = await Promise.all(ids.map(async (id) => ({ id, fate: await journal.fateOf(id) })));
    return fates.flatMap(({ id, fate }) => (fate !== undefined && isKept(fate) ? [id] : [])).sort();
  };
  const look = async () => {
    for (;;) {
      const ids = await kept(await generations.prepared(), isGeneration);
      const filed = await generations.numbers();
      if (ids.length === 0) return { filed, unfiled: [] };
      // One that another process filed between the two questions would be there twice.
      const still = new Set(await generations.prepared());
      const first = (filed.at(-1) ?? 0) + 1;
      if (ids.every((id) => still.has(id)))
        return { filed, unfiled: ids.map((id, at) => ({ id, number: first + at })) };
    }
  };
  return {
    generations: {
      ...generations,
      numbers: async () => {
        const { filed, unfiled } = await look();
        return [...filed, ...unfiled.map(({ number }) => number)];
      },
      read: (number) =>
        generations.read(number).catch(async (error: unknown) => {
          const one = (await look()).unfiled.find((found) => found.number === number);
          if (one === undefined) throw error;
          const generation = await generations.readPrepared(one.id).catch(() => undefined);
          return generation === undefined ? generations.read(number) : { number, generation };
        }),
      heads: async () => {
        const more = (await look()).unfiled.map(async ({ id, number }) => {
          const { applied } = await generations.readPrepared(id);
          return { number, isEarlier: false, applied, journal: id };
        });
        return [...(await generations.heads()), ...(await Promise.all(more))];
      },
    },
    before: {
      ...before,
      read: async () => {
        const newest = (await kept(await before.prepared(), isWritten)).at(-1);
        return (newest === undefined ? undefined : await before.readPrepared(newest)) ?? before.read();
      },
    },
  };
}

function isGeneration(fate: Fate): boolean {
  return fate.kind === 'ended' && (fate.outcome === 'applied' || fate.outcome === 'confirmed');
}

/** Of an apply that was forgotten nothing is known, so what was there before it is worth keeping. */
function isWritten(fate: Fate): boolean {
  return fate.kind === 'ended' && fate.outcome !== 'rolled-back';
}
