import { FwError } from '../../../src/core/diagnostics/errors.ts';

type Waiter = { readonly purpose: string; readonly take: () => void };

/** The lock of a data folder. The next in the queue gets it when its holder lets go or dies. */
export class MemoryLock {
  #holder: string | undefined;
  #queue: Waiter[] = [];
  /** What `Lock.standing` answers. */
  standing: 'held' | 'moved' | 'lost' = 'held';

  get holder(): string | undefined {
    return this.#holder;
  }

  /** Only a process that waits for ever waits at all: the clock stands still. */
  async acquire(purpose: string, timeoutSeconds: number): Promise<{ release(): Promise<void> }> {
    if (this.#holder !== undefined) {
      if (timeoutSeconds !== Number.POSITIVE_INFINITY) {
        throw new FwError('run.locked', `the data folder is locked by ${this.#holder}`);
      }
      await new Promise<void>((take) => this.#queue.push({ purpose, take }));
    }
    this.#holder = purpose;
    let isHeld = true;
    return {
      release: async () => {
        if (!isHeld) return;
        isHeld = false;
        this.#free();
      },
    };
  }

  #free(): void {
    const next = this.#queue.shift();
    this.#holder = next?.purpose;
    next?.take();
  }
}
