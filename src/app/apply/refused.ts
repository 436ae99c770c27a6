import type { EndedConnections } from '../../core/connections/ended.ts';
import { toEndOf } from '../../core/connections/to-end.ts';
import { type CountedConnections, isToEnd } from '../../core/connections/wish.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import { countRefused } from '../connections/count-refused.ts';
import { knownConnections } from '../connections/counted-connections.ts';
import { endRefused } from '../connections/end-refused.ts';
import type { Attempt } from './attempt.ts';
import type { Concluded } from './conclude.ts';

/**
 * The running connections that the rules now refuse. Where they are to be ended they are counted anew, when everything is verified: from there on no rule lets another of them
 * begin. Elsewhere what was shown with the plan is what the receipt tells. Never throws.
 */
export async function findRefused({ ports, made, options }: Attempt): Promise<readonly CountedConnections[]> {
  const { connections: wish } = options;
  if (!made.live.some(({ namespace }) => isToEnd(wish, made, namespace))) return knownConnections(made, wish);
  const counts = await countRefused(ports, made);
  return counts.map((count) => ({ ...count, ends: isToEnd(wish, made, count.namespace) }));
}

/** Ends them, once the apply is kept; one that waits to be confirmed has written them down, and `fw confirm` ends them. Undefined where nothing was to be ended. */
export async function endKept(
  ports: Ports,
  { pending }: Concluded,
  counted: readonly CountedConnections[],
): Promise<EndedConnections | undefined> {
  if (pending !== undefined || !counted.some(({ ends }) => ends)) return undefined;
  const ended = await endRefused(ports, toEndOf(counted));
  return { ...ended, problems: [...notCounted(counted), ...ended.problems] };
}

function notCounted(counted: readonly CountedConnections[]): readonly string[] {
  const because = counted.flatMap(({ namespace, found, ends }) =>
    ends && found.kind === 'unknown' ? [`none ended in ${namespaceLabel(namespace)}: ${found.because}`] : [],
  );
  return [...new Set(because)];
}
