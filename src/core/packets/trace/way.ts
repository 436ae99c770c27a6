import type { Backend } from '../../rules/types.ts';
import { type BaseChain, COMING_IN, FROM_THIS_HOST, LEAVING, THROUGH, TO_THIS_HOST } from '../base-chains.ts';
import type { Path } from '../types/traffic.ts';

/** One stop on the way of a packet; conntrack stands where the kernel looks the packet up, behind raw. */
export type Hook = BaseChain | 'conntrack' | 'route';

const COMING: readonly Hook[] = [...withConntrack(COMING_IN), 'route'];

/** In the order in which the kernel calls them. What comes behind `route` depends on where the packet goes. */
export const FIRST_HOOKS: Readonly<Record<Path, readonly Hook[]>> = {
  INPUT: COMING,
  FORWARD: COMING,
  OUTPUT: [...withConntrack(FROM_THIS_HOST), ...LEAVING],
};

export function hooksBehindRoute(path: 'INPUT' | 'FORWARD', backend: Backend): readonly Hook[] {
  return path === 'FORWARD' ? [...THROUGH, ...LEAVING] : TO_THIS_HOST[backend];
}

function withConntrack(chains: readonly BaseChain[]): readonly Hook[] {
  return chains.flatMap((chain) => (chain.table === 'raw' ? [chain, 'conntrack' as const] : [chain]));
}
