import type { Kernel, Scratch } from '../../ports/ports.ts';

export type EarlyScratch = {
  /** Makes the scratch namespace now, the first time it is called, in the hope that one is asked for. */
  readonly begin: () => void;
  /** The kernel, whose first scratch namespace is the one that was begun. */
  readonly kernel: Kernel;
  /** Closes a scratch namespace that was not asked for. */
  readonly end: () => Promise<void>;
};

/** Lets a scratch namespace be made while live rules are read, for a run that will most likely load rules in it. */
export function openEarlyScratch(kernel: Kernel): EarlyScratch {
  let isBegun = false;
  let early: Promise<Scratch> | undefined;
  const take = () => {
    const taken = early;
    early = undefined;
    return taken;
  };
  return {
    begin: () => {
      if (isBegun) return;
      isBegun = true;
      early = kernel.scratch();
      early.catch(() => undefined);
    },
    kernel: { ...kernel, scratch: () => take() ?? kernel.scratch() },
    end: async () => {
      await take()?.then(
        (scratch) => scratch.close(),
        () => undefined,
      );
    },
  };
}
