import type { Backend } from '../../rules/types.ts';
import { type BaseChain, COMING_IN, FROM_THIS_HOST, LEAVING, THROUGH, TO_THIS_HOST } from '../base-chains.ts';
import type { Path } from '../types/traffic.ts';

/** The way of a path. REDIRECT sends a packet that would be forwarded to this host: then it goes on by `redirected`. */
export type Way = {
  readonly path: Path;
  readonly stages: readonly BaseChain[];
  readonly redirected: readonly BaseChain[];
};

/** `isRedirected`: whether some rule on the way is a REDIRECT. */
export function wayOf(path: Path, isRedirected: boolean, backend: Backend): Way {
  const key = `${path} ${isRedirected} ${backend}`;
  const way = ways.get(key) ?? makeWay(path, isRedirected, backend);
  ways.set(key, way);
  return way;
}

/** Equal ways are one object, by which what is on them is remembered. */
const ways = new Map<string, Way>();

function makeWay(path: Path, isRedirected: boolean, backend: Backend): Way {
  const stages: Readonly<Record<Path, readonly BaseChain[]>> = {
    INPUT: [...COMING_IN, ...TO_THIS_HOST[backend]],
    FORWARD: [...COMING_IN, ...THROUGH, ...LEAVING],
    OUTPUT: [...FROM_THIS_HOST, ...LEAVING],
  };
  return { path, stages: stages[path], redirected: path === 'FORWARD' && isRedirected ? TO_THIS_HOST[backend] : [] };
}

/** Every base chain that packets of the path may meet. */
export function stagesOf({ stages, redirected }: Way): readonly BaseChain[] {
  return [...stages, ...redirected];
}
