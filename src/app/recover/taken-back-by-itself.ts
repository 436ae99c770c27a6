import type { WentBack } from '../../core/journal/went-back.ts';
import type { Ports } from '../../ports/ports.ts';
import { listWentBack } from '../generations/list-history.ts';

/** Ends of an apply that no command asked for. */
const BY_ITSELF: ReadonlySet<WentBack['why']> = new Set<WentBack['why']>(['not confirmed', 'booted', 'died']);

/**
 * The newest apply of the data folder, where its time was over, or where it died: it is back, and the user who asks to take it back may not know. Undefined
 * where the newest one was kept, or went back by a command.
 */
export async function takenBackByItself(ports: Ports): Promise<WentBack | undefined> {
  const last = (await listWentBack(ports)).at(-1);
  if (last === undefined || !BY_ITSELF.has(last.why)) return undefined;
  const newest = (await ports.generations.numbers()).at(-1);
  const kept = newest === undefined ? undefined : (await ports.generations.read(newest)).generation;
  return kept === undefined || kept.at < last.at ? last : undefined;
}
