import type { Depth } from '../../app/state/validate-state.ts';

/** How far the rules of a backend could be checked, in words. */
export function depthLine({ backend, depth, reason, unloaded }: Depth): string {
  if (depth === 'syntax') return `  ${backend}: only the syntax was checked (${reason})`;
  const but = unloaded === undefined ? 'every rule' : `every rule but ${unloaded}`;
  return `  ${backend}: ${but} was loaded and read back ${reason}`;
}
