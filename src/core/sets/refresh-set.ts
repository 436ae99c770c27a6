import { carryOver, compileSet, makeAnew, makeSet } from './compile-set.ts';
import { addPassingLine, delLine } from './entry.ts';
import { unmanaged } from './keep-sets.ts';
import { allLines } from './lines.ts';
import { canSwap } from './parse-header.ts';
import { scriptEntries } from './script.ts';
import type { LiveSet, SetStep } from './types.ts';

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
      return live.passing.length === 0 ? step : { ...step, rollback: withTimes(step, live) };
    case 'destroy': {
      const staying = scriptEntries(step.rollback).added;
      return { ...step, rollback: makeSet(set, live.header, { staying, passing: live.passing }) };
    }
    case 'replace': {
      const { after = '' } = headers;
      if (!isManaged) {
        const desired = { declared, header: after, ...unmanaged(live) };
        const made = compileSet(namespace, { name: set, live, desired }, origin);
        return made === undefined ? step : { ...step, ...made };
      }
      if (live.passing.length === 0) return step;
      const fresh = carryOver({ staying: scriptEntries(step.restore).added, passing: live.passing }, after);
      const old = { staying: allLines(live.entries), passing: live.passing };
      const swap = canSwap(live.header, after);
      return {
        ...step,
        restore: makeAnew(set, swap, after, swap ? fresh : { ...fresh, passing: [] }),
        rollback: makeAnew(set, swap, live.header, old),
      };
    }
    default:
      return change satisfies never;
  }
}

/** An entry that others had put in for a time, and that the step makes stay, has its time again on the way back. */
function withTimes({ set, rollback }: SetStep, { passing }: LiveSet): string {
  const timed = new Map(passing.map((entry) => [delLine(set, entry), addPassingLine(set, entry)]));
  return rollback
    .split('\n')
    .map((line) => timed.get(line) ?? line)
    .join('\n');
}
