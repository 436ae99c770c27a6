import type { ChainChange, Line } from '../../core/diff/types.ts';
import type { Counters } from '../../core/rules/types.ts';
import { addCounters } from '../text/counters-text.ts';

/**
 * A string that is equal for two chain changes exactly when a reader would see the same change. Counters and origins are
 * left out: they differ between namespaces and families that change alike, and `mergeChanges` brings them together.
 */
export function changeKey(change: ChainChange): string {
  const policy = change.policy === undefined ? '' : `${change.policy.from} ${change.policy.to}`;
  return [sized(change.name), change.status, policy, ...change.lines.map(lineKey)].join('\n');
}

function lineKey(line: Line): string {
  switch (line.kind) {
    case 'keep':
    case 'move':
      return `${line.kind} ${line.from} ${line.to} ${sized(line.text)}`;
    case 'skip':
      return `skip ${line.count}`;
    case 'add':
      return `add ${line.to} ${sized(line.text)}`;
    case 'remove':
      return `remove ${line.from} ${sized(line.text)}`;
    case 'change':
      return `change ${line.from} ${line.to} ${sized(line.before)} ${sized(line.text)}`;
    default:
      return line satisfies never;
  }
}

/** With its length before it no text can pass for the end of one line and the start of another. */
function sized(text: string): string {
  return `${text.length}:${text}`;
}

/** One change for several of equal key: counters are added up, origins that differ are named by the first and a number. */
export function mergeChanges(changes: readonly [ChainChange, ...ChainChange[]]): ChainChange {
  const [first] = changes;
  if (changes.length === 1) return first;
  const lines = first.lines.map((line, index) => mergeLines(line, changes, index));
  if (first.policy === undefined) return { ...first, lines };
  const { from, to } = first.policy;
  return { ...first, policy: { from, to, ...originOf(changes.map((change) => change.policy?.origin)) }, lines };
}

function mergeLines(line: Line, changes: readonly ChainChange[], index: number): Line {
  if (line.kind === 'keep' || line.kind === 'skip') return line;
  const counters: Counters[] = [];
  let isKept = true;
  const origins: (string | undefined)[] = [];
  for (const change of changes) {
    const same = change.lines[index];
    if (same === undefined || same.kind === 'keep' || same.kind === 'skip') continue;
    if (same.kind !== 'remove') origins.push(same.origin);
    if (same.kind === 'change') isKept &&= same.keepsCounters === true;
    if (same.kind !== 'add' && same.counters !== undefined) counters.push(same.counters);
  }
  const merged = { ...line, ...originOf(origins), ...sumOf(counters) };
  // A promise for several is one for each of them.
  if (isKept || merged.kind !== 'change') return merged;
  const { keepsCounters: _, ...plain } = merged;
  return plain;
}

function originOf(origins: readonly (string | undefined)[]): { readonly origin?: string } {
  const distinct = [...new Set(origins.filter((origin) => origin !== undefined))];
  const [first, second] = distinct;
  if (first === undefined) return {};
  if (second === undefined) return { origin: first };
  return { origin: distinct.length === 2 ? `${first}, ${second}` : `${first} and ${distinct.length - 1} more` };
}

function sumOf(counters: readonly Counters[]): { readonly counters?: Counters } {
  return counters.length === 0 ? {} : { counters: addCounters(counters) };
}
