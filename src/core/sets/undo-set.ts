import { copyName, makeAnew } from './compile-set.ts';
import { addLine, delLine, elementOf } from './entry.ts';
import { indexLines, lineAt, linesOf } from './lines.ts';
import { isMerged, mergeReplaced } from './merge-replaced.ts';
import { canSwap } from './parse-header.ts';
import { findElements, scriptEntries, startText } from './script.ts';
import type { LiveSet, SetStep } from './types.ts';

/**
 * Texts for `ipset restore`, one after the other, that bring a set back to what it was before a step, whatever of the step was done;
 * none when it is there. `hasCopy`: the copy that swaps names is still there.
 */
export function undoSet(step: SetStep, live: LiveSet | undefined, hasCopy: boolean): readonly string[] {
  const clean = hasCopy ? [`destroy ${copyName(step.set)}\n`] : [];
  switch (step.change) {
    case 'create':
      return live === undefined ? clean : [...clean, `destroy ${step.set}\n`];
    case 'update':
      return live === undefined ? [startText(step)] : nonEmpty(undoUpdate(step, live));
    case 'replace':
      if (live === undefined) return [...clean, startText(step)];
      if (isMerged(step, live)) return clean;
      return [...clean, wayBackOf(step, live)];
    case 'destroy':
      return live === undefined ? [step.rollback] : nonEmpty(lostEntries(step, live));
    default:
      return step.change satisfies never;
  }
}

function wayBackOf(step: SetStep, live: LiveSet): string {
  const { before = '' } = step.headers;
  return makeAnew(step.set, canSwap(live.header, before), before, mergeReplaced(step, live));
}

/** Of the way back the lines that have something to do. What others added meanwhile stays. */
function undoUpdate({ rollback }: SetStep, live: LiveSet): string {
  const lines = rollback.split('\n').filter((line) => line !== '');
  const elements = lines.map((line) => elementOf(line.slice(line.indexOf(' ', 4) + 1)));
  const wanted = new Map(scriptEntries(rollback).added.map((entry) => [elementOf(entry), entry]));
  const found = findElements(live, elements).map((at) => (at < 0 ? undefined : lineAt(live.entries, at)));
  return lines
    .filter((line, at) => {
      const goal = wanted.get(elements[at] ?? '');
      // An element that comes back with other words must go first, unless it has them already.
      return line.startsWith('add ') ? found[at] !== goal : found[at] !== undefined && found[at] !== goal;
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Lines that bring back what is missing in a set that is there, or there again. What others added meanwhile stays. */
function lostEntries(step: SetStep, live: LiveSet): string {
  const { added } = scriptEntries(step.rollback);
  const find = indexLines(live.entries);
  const wanted = linesOf(added);
  const lost = added.filter((_, at) => find(wanted, at) < 0);
  const places = findElements(live, lost.map(elementOf));
  return lost
    .flatMap((entry, at) => [
      ...((places[at] ?? -1) < 0 ? [] : [delLine(step.set, entry)]),
      addLine(step.set, entry, live.header),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function nonEmpty(text: string): readonly string[] {
  return text === '' ? [] : [text];
}
