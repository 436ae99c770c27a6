import type { WentBack } from '../core/journal/went-back.ts';
import type { Ports } from '../ports.ts';
import { type GenerationEntry, listGenerations } from './list-generations.ts';
import { listWentBack } from './list-went-back.ts';

/** One line of the history: an apply that was kept, or one that was rolled back. */
export type HistoryItem =
  | { readonly kind: 'generation'; readonly entry: GenerationEntry }
  | { readonly kind: 'went-back'; readonly entry: WentBack };

/** What happened to the firewall of a data folder, oldest first. Generations keep the order of their numbers, whatever the clock said. */
export async function listHistory(ports: Ports): Promise<readonly HistoryItem[]> {
  const back = await listWentBack(ports);
  const items: HistoryItem[] = [];
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
