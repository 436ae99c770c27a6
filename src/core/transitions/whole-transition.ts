import { createHash } from 'node:crypto';
import type { Transition } from './types.ts';

/**
 * One transition for all namespaces of a plan. Namespaces that go the same way count once, so a plan for twenty equal namespaces has the
 * transition of the one that was reviewed. Undefined where nothing changes.
 */
export function wholeTransition(
  transitions: readonly Transition[],
): { readonly from: string; readonly to: string } | undefined {
  const distinct = new Map(transitions.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  if (distinct.size <= 1) return [...distinct.values()][0];
  const ways = [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, way]) => way);
  return { from: digest(ways.map(({ from }) => from)), to: digest(ways.map(({ to }) => to)) };
}

function digest(digests: readonly string[]): string {
  return `sha256:${createHash('sha256').update(digests.join('\n')).digest('hex')}`;
}
