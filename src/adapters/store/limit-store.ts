import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { limitOfCall } from '../process/call-limit.ts';

/** Longest time for one effect on a file of the data folder, in milliseconds, where the call has no limit of its own. */
let longest = LIMITS.diskTime.most;

/** Sets it for all stores, in seconds. */
export function limitFiles(seconds: number): void {
  longest = seconds * 1000;
}

/**
 * The same store, whose promises end in time. A disk that does not answer (a dead network file system, a controller that resets) would
 * otherwise stop an apply for ever, in the middle: with rules changed, alive for its watchdog, and without a message. What was asked of the disk may
 * still be done later, so no later effect may count on either.
 */
export function limitStore<Store extends object>(store: Store, what: string): Store {
  const limited = Object.entries(store).map(([name, value]: [string, unknown]) => [name, limitCall(value, what)]);
  return Object.fromEntries(limited) as Store;
}

function limitCall(value: unknown, what: string): unknown {
  if (typeof value !== 'function') return value;
  return (...args: readonly unknown[]) => {
    const result: unknown = value(...args);
    return result instanceof Promise ? inTime(result, what) : result;
  };
}

/** What `work` resolves to, or `env.data-folder` when the disk has not answered in time. `what` says what was asked of it. */
export async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  const limit = limitOfCall() ?? longest;
  const result = await within(limit, work, () => tooLate(what, limit));
  return hasAppend(result) ? limitStore(result, what) : result;
}

/** What `work` resolves to within some milliseconds, else the error that `late` makes. What comes later is left alone. */
export async function within<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

/** A journal that is open is a store of its own. */
function hasAppend(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'append' in value;
}

function tooLate(what: string, limit: number): FwError {
  return new FwError(
    'env.data-folder',
    `the disk of the data folder did not answer within ${limit / 1000} s: ${what}`,
    {
      next: 'See whether the disk or its network is gone, then run again. fw status tells what was left behind.',
    },
  );
}
