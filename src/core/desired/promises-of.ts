import type { Promises } from './types.ts';

/** The tests and the flows of a plan, without keys for what there is none of: a plan without them is what it was before there were any. */
export function promisesOf({ tests = [], reachable = [] }: Promises): Promises {
  return { ...(tests.length === 0 ? {} : { tests }), ...(reachable.length === 0 ? {} : { reachable }) };
}
