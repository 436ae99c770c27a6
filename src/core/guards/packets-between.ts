import type { Counters } from '../rules/types.ts';

export type CounterSample = ReadonlyMap<string, Counters>;

/**
 * Packets that each rule has counted between two samples, rules without any left out. A rule that the earlier sample lacks, or whose
 * counter is lower now because something zeroed it, has counted all it shows.
 */
export function findMoved(before: CounterSample, now: CounterSample): ReadonlyMap<string, bigint> {
  const moved = new Map<string, bigint>();
  for (const [key, [packets]] of now) {
    const count = toCount(packets);
    const earlier = toCount(before.get(key)?.[0] ?? '0');
    const more = count >= earlier ? count - earlier : count;
    if (more > 0n) moved.set(key, more);
  }
  return moved;
}

/** A saved plan may have been edited: what is no number counts as none. */
function toCount(digits: string): bigint {
  return /^\d{1,40}$/.test(digits) ? BigInt(digits) : 0n;
}
