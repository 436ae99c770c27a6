import type { Promises } from './types.ts';

/** The tests, the flows and the connections of a plan, without keys for what there is none of: a plan without them is what it was before there were any. */
export function promisesOf({ tests = [], reachable = [], connections = [] }: Promises): Promises {
  return {
    ...(tests.length === 0 ? {} : { tests }),
    ...(reachable.length === 0 ? {} : { reachable }),
    ...(connections.length === 0 ? {} : { connections }),
  };
}
