import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { copyName } from '../../core/sets/compile-set.ts';
import type { LiveSet, SetStep } from '../../core/sets/ipset/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { readSets, type SetRequest } from './read-sets.ts';

export type StepSet = {
  readonly live: LiveSet | undefined;
  /** What has the name of the copy: the new set that is being filled, or the old one after the swap. */
  readonly copy: LiveSet | undefined;
};

/** What the sets of some steps are now, and the copies that swap names with them. Each namespace is listed once. */
export async function readStepSets(kernel: Kernel, steps: readonly SetStep[]): Promise<readonly StepSet[]> {
  const requests = new Map<string, SetRequest>();
  for (const { namespace, set } of steps) {
    const key = keyOf(namespace);
    const declared = [...(requests.get(key)?.declared ?? []), set, copyName(set)];
    requests.set(key, { namespace, owners: [], declared });
  }
  const found = await readSets(kernel, [...requests.values()]);
  const live = new Map([...requests.keys()].map((key, at) => [key, byName(found[at] ?? [])]));
  return steps.map(({ namespace, set }) => {
    const own = live.get(keyOf(namespace));
    return { live: own?.get(set), copy: own?.get(copyName(set)) };
  });
}

function keyOf(namespace: SetStep['namespace']): string {
  return `${namespace.kind} ${namespaceLabel(namespace)}`;
}

function byName(sets: readonly LiveSet[]): ReadonlyMap<string, LiveSet> {
  return new Map(sets.map((set) => [set.name, set]));
}
