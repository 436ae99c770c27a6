import type { KeptState } from './types.ts';

/** Generations that are kept whatever they are about unless `--keep` says otherwise, and the newest of each state that are kept besides, if not fewer are kept at all. */
export const KEPT_GENERATIONS = 100;
export const KEPT_OF_STATE = 10;

/** Receipts are small, and say who did what long after the rules of that time are of no use. */
export const KEPT_RECEIPTS = 1000;

/** How many there are before some are removed: to find them every file is looked at, so it is done some at a time. */
export function mostGenerations(keep: number): number {
  return keep + Math.floor(keep / 5);
}

export type GenerationHead = {
  readonly number: number;
  /** An older fw wrote it. */
  readonly isEarlier: boolean;
  /** Names of the states that it was about. */
  readonly applied: readonly string[];
  /** Absent for one that an older fw wrote, and for one that cannot be read. */
  readonly journal?: string;
};

/**
 * Numbers of the generations that may go, of all that there are in ascending order. The newest stay, and the newest of each state that is
 * still there, under whatever names it had, and the last that a person confirmed. What an older fw wrote stays, with all before it: such a file holds one state and is completed by the others.
 */
export function expiredGenerations(
  all: readonly GenerationHead[],
  states: readonly Pick<KeptState, 'name' | 'formerly'>[],
  { keep = KEPT_GENERATIONS, lastConfirmed }: { readonly keep?: number; readonly lastConfirmed?: number } = {},
): readonly number[] {
  const ofState = Math.min(keep, KEPT_OF_STATE);
  const isAbout = ({ applied }: GenerationHead, { name, formerly = [] }: Pick<KeptState, 'name' | 'formerly'>) =>
    applied.some((one) => one === name || formerly.includes(one));
  const wanted = new Set(states.flatMap((state) => all.filter((head) => isAbout(head, state)).slice(-ofState)));
  const earlier = all.findLast(({ isEarlier }) => isEarlier)?.number ?? 0;
  return all
    .slice(0, -keep)
    .filter((head) => head.number > earlier && head.number !== lastConfirmed && !wanted.has(head))
    .map(({ number }) => number);
}

/** What a file tells before its states, which may be large; undefined where `head` is too little of it. */
export function headOf(number: number, head: string): GenerationHead | undefined {
  if (head.startsWith('{"version":1,')) return { number, isEarlier: true, applied: [] };
  const end = head.indexOf(',"states":[');
  if (end === -1) return undefined;
  try {
    const { applied, journal } = JSON.parse(`${head.slice(0, end)}}`) as Partial<GenerationHead>;
    if (applied === undefined) return undefined;
    return { number, isEarlier: false, applied, ...(journal === undefined ? {} : { journal }) };
  } catch {
    return undefined;
  }
}
