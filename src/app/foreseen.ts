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
  /** By backend and family, then by namespace. */
  const begun = new Map<string, Map<string, Promise<Ran>>>();
  const ofKind = ({ backend, family }: SaveRequest) => {
    const kind = `${backend} ${family}`;
    const saves = begun.get(kind) ?? new Map<string, Promise<Ran>>();
    begun.set(kind, saves);
    return saves;
  };
  const take = (request: SaveRequest) => {
    const saves = ofKind(request);
    const name = namespaceLabel(request.namespace);
    const save = saves.get(name);
    saves.delete(name);
    return save;
  };
  return {
    begin: (wanted) => {
      const requests = wanted.filter((request) => !ofKind(request).has(namespaceLabel(request.namespace)));
      if (requests.length === 0) return;
      for (const [index, one] of kernel.save(requests).entries()) {
        one.catch(() => undefined);
        const request = requests[index] as SaveRequest;
        ofKind(request).set(namespaceLabel(request.namespace), one);
      }
    },
    save: (requests) => {
      const early = requests.map(take);
      const saved = [...kernel.save(requests.filter((_, index) => early[index] === undefined))];
      return early.map((one) => one ?? (saved.shift() as Promise<Ran>));
    },
  };
}
