import { AsyncLocalStorage } from 'node:async_hooks';

/** The limit of one call of the library, in milliseconds, for all that is begun in it: two firewalls in one process have each their own. */
const ofCall = new AsyncLocalStorage<number>();

/** Runs some work under a limit of its own, for each program that it starts and each answer of a disk. */
export function withinLimit<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  return ofCall.run(seconds * 1000, work);
}

/** In milliseconds; undefined outside of such a call. */
export function limitOfCall(): number | undefined {
  return ofCall.getStore();
}
