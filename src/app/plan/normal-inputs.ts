import type { DesiredNamespace } from '../../core/desired/types.ts';
import { othersIn, withoutOthers } from '../../core/generation/states/other-states.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import type { Kernel } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import { normaliseState } from '../normal-form/normalise-state.ts';
import type { LoadedState } from './load-state.ts';
import type { ReadWanted } from './read-wanted.ts';

/** What one namespace is asked for, beside what is live there. */
export type Pair = { readonly desired: DesiredNamespace; readonly live: Live };

/** Each namespace in the kernel's spelling, ready to be compared. Throws `state.invalid` for what the kernel refuses, at the place where it was written. */
export async function normalInputs(
  kernel: Kernel,
  { chosen, others, sources, diagnostics }: LoadedState,
  read: ReadWanted,
): Promise<{ readonly inputs: readonly NamespaceInput[]; readonly pairs: readonly Pair[] }> {
  const pairs = chosen.map((desired, index): Pair => ({ desired, live: pick(read.live, index) }));
  const liveSets = chosen.map(({ namespace, sets = [] }, index) => ({
    desired: sets,
    live: withoutOthers(pick(read.sets, index), othersIn(others, namespace)),
  }));
  const { claims, sets } = await normaliseState(kernel, pairs, liveSets, sources, diagnostics);
  const inputs = pairs.map(
    ({ desired: { owners }, live: { namespace, backend, alsoHeldBy, rulesets } }, index): NamespaceInput => ({
      namespace,
      backend,
      ...(alsoHeldBy === undefined ? {} : { alsoHeldBy }),
      owners,
      others: othersIn(others, namespace),
      live: rulesets,
      claims: pick(claims, index),
      sets: pick(sets, index),
    }),
  );
  return { inputs, pairs };
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index} of ${items.length}`);
  return item;
}
