import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { elementOf } from '../../core/sets/ipset/entry.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { listNames } from '../../core/sets/ipset/parse-terse.ts';
import { addedEntries } from '../../core/sets/ipset/set-edit.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Kernel } from '../../ports/ports.ts';

/** Which lists of a namespace hold a set. */
type Holders = ReadonlyMap<string, readonly string[]>;

/** Steps of a saved plan with the lists that hold their sets, live and by the plan itself: what the file says of that is not believed. */
export async function withLists(kernel: Kernel, steps: readonly SetStep[]): Promise<readonly SetStep[]> {
  const namespaces = [...new Map(steps.map(({ namespace }) => [namespaceLabel(namespace), namespace])).values()];
  const holders = new Map<string, Holders>();
  for (const namespace of namespaces) holders.set(namespaceLabel(namespace), await readHolders(kernel, namespace));
  return steps.map(({ lists: _, ...step }) => {
    const label = namespaceLabel(step.namespace);
    const made = steps.filter((one) => namespaceLabel(one.namespace) === label && holds(one, step.set));
    const lists = new Set([...(holders.get(label)?.get(step.set) ?? []), ...made.map(({ set }) => set)]);
    return lists.size === 0 ? step : { ...step, lists: [...lists] };
  });
}

async function readHolders(kernel: Kernel, namespace: Namespace): Promise<Holders> {
  const [listed] = await kernel.listSets([namespace]);
  const names = listNames(listed?.stdout ?? '');
  const saved = await kernel.saveSets(names.map((set) => ({ namespace, set })));
  const holders = new Map<string, string[]>();
  for (const [at, name] of names.entries()) {
    const list = parseSavedSet(name, saved[at]?.stdout ?? '', 0);
    for (const member of list === undefined ? [] : [...allLines(list.entries), ...list.passing]) {
      const set = elementOf(member);
      holders.set(set, [...(holders.get(set) ?? []), name]);
    }
  }
  return holders;
}

/** Whether a step makes a list that holds a set. */
function holds({ headers, edits }: SetStep, set: string): boolean {
  if (headers.after?.startsWith('list:') !== true) return false;
  return addedEntries(edits).some((member) => elementOf(member) === set);
}
