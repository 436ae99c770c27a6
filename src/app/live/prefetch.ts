import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Kernel, Ran, SaveRequest } from '../../ports/ports.ts';

/** Saves that were begun before they were asked for. */
type Prefetch = {
  /** Begins the saves that are not under way yet. A failure rejects for the caller that asks for the save, and nowhere if none does. */
  readonly begin: (requests: readonly SaveRequest[]) => void;
  /** As `Kernel.save`; each save that was begun answers once. */
  readonly save: Kernel['save'];
};

/** Lets live rules be read while fw still reads the state. */
export function openPrefetch(kernel: Kernel): Prefetch {
  const begun = new Map<string, Promise<Ran>>();
  const take = (request: SaveRequest) => {
    const key = keyOf(request);
    const save = begun.get(key);
    begun.delete(key);
    return save;
  };
  return {
    begin: (wanted) => {
      const requests = wanted.filter((request) => !begun.has(keyOf(request)));
      if (requests.length === 0) return;
      for (const [index, one] of kernel.save(requests).entries()) {
        one.catch(() => undefined);
        begun.set(keyOf(requests[index] as SaveRequest), one);
      }
    },
    save: (requests) => {
      const early = requests.map(take);
      const saved = [...kernel.save(requests.filter((_, index) => early[index] === undefined))];
      return early.map((one) => one ?? (saved.shift() as Promise<Ran>));
    },
  };
}

function keyOf({ namespace, family, backend, table }: SaveRequest): string {
  return `${backend} ${family} ${table ?? ''} ${namespaceLabel(namespace)}`;
}
