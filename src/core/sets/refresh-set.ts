import { carryOver, compileSet, makeAnew, makeSet } from './compile-set.ts';
import { elementOf } from './ipset/entry.ts';
import { allLines } from './ipset/lines.ts';
import { canSwap } from './ipset/parse-header.ts';
import { addedEntries, type SetEdit, setEdits } from './ipset/set-edit.ts';
import type { LiveSet, SetStep } from './ipset/types.ts';
import { unmanaged } from './keep-sets.ts';

/**
 * The same step with what others have in the set by now. Between plan and apply, which may be hours for a saved plan, they go on adding: what is made anew
 * takes that over, and a way back gives every entry the time that it had. `live` is what the step starts from, see `isBefore`.
 */
export function refreshSet(step: SetStep, live: LiveSet | undefined): SetStep {
  const { namespace, set, change, declared, headers, isManaged, origin } = step;
  if (live === undefined) return step;
  switch (change) {
    case 'create':
      return step;
    case 'update':
      return live.passing.length === 0 ? step : { ...step, reverse: withTimes(step, live) };
    case 'destroy': {
      const staying = addedEntries(step.reverse);
      return { ...step, reverse: makeSet(set, live.header, { staying, passing: live.passing }) };
    }
    case 'replace': {
      const { after = '' } = headers;
      if (!isManaged) {
        const desired = { declared, header: after, ...unmanaged(live) };
        const made = compileSet(namespace, { name: set, live, desired }, origin);
        return made === undefined ? step : { ...step, ...made };
      }
      if (live.passing.length === 0) return step;
      const fresh = carryOver({ staying: addedEntries(step.edits), passing: live.passing }, after);
      const old = { staying: allLines(live.entries), passing: live.passing };
      const swap = canSwap(live.header, after);
      return {
        ...step,
        edits: makeAnew(set, swap, after, swap ? fresh : { ...fresh, passing: [] }),
        reverse: makeAnew(set, swap, live.header, old),
      };
    }
    default:
      return change satisfies never;
  }
}

/** An entry that others had put in for a time, and that the step makes stay, has its time again on the way back. */
function withTimes({ set, reverse }: SetStep, { passing }: LiveSet): readonly SetEdit[] {
  const timed = new Map(passing.map((entry) => [elementOf(entry), entry]));
  const edits = reverse.flatMap((edit): SetEdit[] => {
    if (edit.kind !== 'del') return [edit];
    const again = edit.elements.flatMap((element) => timed.get(element) ?? []);
    const elements = edit.elements.filter((element) => !timed.has(element));
    return [
      { kind: 'del', set, elements },
      { kind: 'add passing', set, entries: again },
    ];
  });
  return setEdits(...edits);
}
