import { runBuilt } from './run-built.ts';

/** How long fw takes to start and look on a machine that does nothing else, in milliseconds; measured, and rounded up. */
const QUIET_MS = 250;

/**
 * A deadline within which a test gives several commands. In: how many seconds they need on a quiet machine. Out: that many, times how slow this
 * machine is at the moment. What happens at a deadline is the same whenever it is, so that a test waits longer and says no less.
 */
export function pace(seconds: number): { readonly flag: string; readonly seconds: number } {
  const begun = performance.now();
  runBuilt(['status']);
  const slow = Math.max(1, (performance.now() - begun) / QUIET_MS);
  const paced = Math.ceil(seconds * slow);
  return { flag: `${paced}s`, seconds: paced };
}
