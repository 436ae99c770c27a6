import { namespaceLabel } from '../core/namespace-label.ts';
import type { Kernel, Ran, SaveRequest } from '../ports.ts';

/** Saves that were begun before anybody asked for them. */
export type Foreseen = {
  /** Begins the saves that are not under way yet. A failure is told to whoever asks for the save, and to nobody if nobody does. */
  readonly begin: (requests: readonly SaveRequest[]) => void;
  /** As `Kernel.save`; each save that was begun answers once. */
  readonly save: Kernel['save'];
};

/** Lets live rules be read while fw still reads the state. */
export function openForeseen(kernel: Kernel): Foreseen {
  const begun = new Map<string, Promise<Ran>>();
  return {
    begin: (wanted) => {
      const requests = wanted.filter((request) => !begun.has(keyOf(request)));
      if (requests.length === 0) return;
      const all = kernel.save(requests);
      all.catch(() => undefined);
      for (const [index, request] of requests.entries()) {
        const one = all.then((results) => results[index] as Ran);
        one.catch(() => undefined);
        begun.set(keyOf(request), one);
      }
    },
    save: async (requests) => {
      const early = requests.map((request) => begun.get(keyOf(request)));
      for (const request of requests) begun.delete(keyOf(request));
      const late = requests.filter((_, index) => early[index] === undefined);
      const saved = [...(late.length === 0 ? [] : await kernel.save(late))];
      const results: Ran[] = [];
      for (const one of early) results.push((await one) ?? (saved.shift() as Ran));
      return results;
    },
  };
}

function keyOf({ namespace, family, backend }: SaveRequest): string {
  return `${namespace.kind} ${namespaceLabel(namespace)} ${family} ${backend}`;
}
