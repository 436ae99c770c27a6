import type { Line } from '../../core/plan/types.ts';
import { hasCarried, packets } from '../counters-text.ts';
import { familiesText } from '../families-text.ts';
import type { Group, Hunk } from '../fold.ts';
import { fenced } from './markdown-text.ts';

/** The changes of a group as lines of a diff fence. `isChange` tells which stand for changed rules. */
export type DiffLine = { readonly text: string; readonly changes: number };

export function* diffLines(group: Group): Generator<DiffLine> {
  for (const hunk of group.hunks) yield* hunkLines(hunk);
  for (const note of group.notes) {
    yield { text: `# ${note.table} (${familiesText(note.families)}): ${fenced(note.text)}`, changes: 0 };
  }
}

function* hunkLines({ table, families, change, differs }: Hunk): Generator<DiffLine> {
  const words = [
    ...(change.status === 'changed' ? [] : [`${change.status} chain`]),
    ...(differs ? ['the families differ'] : []),
  ];
  const remark = words.length === 0 ? '' : ` ${words.join(', ')}`;
  yield { text: `@@ ${table} ${fenced(change.name)} (${familiesText(families)}) @@${remark}`, changes: 0 };
  if (change.policy !== undefined) {
    const { from, to, origin } = change.policy;
    yield { text: `! policy ${from} -> ${to}${originText(origin)}`, changes: 1 };
  }
  for (const line of change.lines) yield { text: printLine(line), changes: isChange(line) ? 1 : 0 };
}

function isChange({ kind }: Line): boolean {
  return kind !== 'keep' && kind !== 'skip';
}

function printLine(line: Line): string {
  switch (line.kind) {
    case 'skip':
      return `# ${line.count} unchanged`;
    case 'keep':
      return `  ${place(line.to)}${fenced(line.text)}`;
    case 'add':
      return `+ ${place(line.to)}${fenced(line.text)}${originText(line.origin)}`;
    case 'remove':
      return `- ${place(line.from)}${fenced(line.text)}${trafficText(line)}`;
    case 'move':
      return `! ${place(`${line.from}->${line.to}`)}${fenced(line.text)}${originText(line.origin)}`;
    case 'change': {
      const before = `- ${place(line.from)}${fenced(line.before)}${trafficText(line)}`;
      return `${before}\n+ ${place(line.to)}${fenced(line.text)}${originText(line.origin)}`;
    }
    default:
      return line satisfies never;
  }
}

function place(position: number | string): string {
  return `${String(position).padStart(4)}  `;
}

function originText(origin: string | undefined): string {
  return origin === undefined ? '' : `   # ${fenced(origin)}`;
}

function trafficText({ counters }: Extract<Line, { kind: 'remove' | 'change' }>): string {
  return counters !== undefined && hasCarried(counters) ? `   # ${packets(counters)}` : '';
}
