import { copyName } from './compile-set.ts';
import { elementOf } from './entry.ts';
import { indexLines, linesOf } from './lines.ts';
import type { LiveSet, SetStep } from './types.ts';

/** Entries that a text for `ipset restore` adds to stay, and elements that it removes. */
export type ScriptEntries = { readonly added: readonly string[]; readonly removed: readonly string[] };

const ADD = /^add \S+ (\S+)(?: timeout (\d+))?(.*?)(?: -exist)?$/;

/** Reads a text that fw has made. */
export function scriptEntries(text: string): ScriptEntries {
  const added: string[] = [];
  const removed: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('del ')) removed.push(line.slice(line.indexOf(' ', 4) + 1));
    else if (line.startsWith('add ')) {
      const [, element = '', time = '0', rest = ''] = ADD.exec(line) ?? [];
      if (time === '0') added.push(`${element}${rest}`);
    }
  }
  return { added, removed };
}

/** Entries that a text adds for a time, with it. */
export function timedEntries(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, element, time = '0', rest = ''] = ADD.exec(line) ?? [];
    return element === undefined || time === '0' ? [] : [`${element} timeout ${time}${rest}`];
  });
}

/** The text that makes the set from which a step starts, as far as the step touches it; '' when there is none. */
export function startText(step: SetStep): string {
  const { set, change, headers, rollback } = step;
  if (change === 'create') return '';
  const lines = rollback.split('\n').filter((line) => line.startsWith('add '));
  const own = change === 'replace' ? lines.map((line) => line.replace(`add ${copyName(set)} `, `add ${set} `)) : lines;
  return `${[`create ${set} ${headers.before}`, ...own].join('\n')}\n`;
}

/** Finds the entries of some elements: positions in the live ones, -1 where there is none. */
export function findElements({ entries }: LiveSet, elements: readonly string[]): readonly number[] {
  const bounds = entries.bounds.slice();
  for (let at = 0; at < bounds.length; at += 2) {
    const start = bounds[at] ?? 0;
    bounds[at + 1] = start + elementOf(entries.text.slice(start, bounds[at + 1])).length;
  }
  const find = indexLines({ text: entries.text, bounds });
  const lines = linesOf(elements);
  return elements.map((_, index) => find(lines, index));
}
