import type { Generation } from '../generation/types.ts';
import { elementOf } from '../sets/ipset/entry.ts';
import { linesOf } from '../sets/ipset/lines.ts';
import { addedEntries } from '../sets/ipset/set-edit.ts';
import type { SetPair, SetStep } from '../sets/ipset/types.ts';
import { startEntries } from '../sets/script.ts';

type Declared = Generation['namespaces'][number];

/**
 * What the sets hold that a plan file changes in one namespace, before and after it: all that is made, replaced or destroyed is in its edits, and of a set that
 * is changed entry by entry the file declares what it comes to. A set whose content is the business of others is left out, and so are lists and their members: which
 * lists hold a set only the kernel tells.
 */
export function setsOfFile({ sets: kept = [] }: Declared, steps: readonly SetStep[]): readonly SetPair[] {
  const lists = kept.filter(({ header }) => header.startsWith('list:'));
  const members = new Set(lists.flatMap(({ entries = '' }) => linesIn(entries).map(elementOf)));
  return steps.flatMap((step): readonly SetPair[] => {
    const { set, headers, isManaged } = step;
    const header = headers.after ?? headers.before ?? '';
    if (!isManaged || header.startsWith('list:') || members.has(set) || (step.lists ?? []).length > 0) return [];
    const declared = kept.find(({ name }) => name === set)?.entries;
    const pair = pairOf(step, declared === undefined ? undefined : linesIn(declared));
    return pair === undefined ? [] : [pair];
  });
}

/** Undefined where the file does not tell. */
function pairOf(step: SetStep, declared: readonly string[] | undefined): SetPair | undefined {
  const { set, change, headers } = step;
  const fresh = addedEntries(step.edits);
  const start = startEntries(step);
  if (change === 'update' && declared === undefined) return undefined;
  const added = new Set(fresh);
  const old =
    change === 'update' ? [...(declared ?? []).filter((entry) => !added.has(entry)), ...start.staying] : start.staying;
  const after = change === 'update' ? (declared ?? []) : fresh;
  return {
    name: set,
    ...(headers.before === undefined
      ? {}
      : {
          live: { name: set, header: headers.before, references: 0, entries: linesOf(old), passing: start.passing },
        }),
    ...(headers.after === undefined
      ? {}
      : {
          desired: {
            declared: step.declared,
            header: headers.after,
            isManaged: true,
            added: after,
            removed: [],
            kept: [],
          },
        }),
  };
}

function linesIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
