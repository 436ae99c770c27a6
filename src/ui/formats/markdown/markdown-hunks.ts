import type { Line } from '../../../core/diff/types.ts';
import type { SetStep } from '../../../core/sets/ipset/types.ts';
import type { Group, Hunk } from '../../plan/group-alike.ts';
import { removedText, setKind } from '../../plan/set-text.ts';
import { hasCarried, packets } from '../../text/counters-text.ts';
import { familiesText } from '../../text/families-text.ts';
import { quantity } from '../../text/quantity.ts';
import { fenced } from './markdown-text.ts';

/** The changes of a group as lines of a diff fence. `changes` counts those that a line stands for: rules, policies and sets. */
type DiffLine = { readonly text: string; readonly changes: number };

export function* diffLines(group: Group): Generator<DiffLine> {
  for (const step of group.sets) yield* setLines(step);
  for (const hunk of group.hunks) yield* hunkLines(hunk);
  for (const note of group.notes) {
    yield { text: `# ${note.table} (${familiesText(note.families)}): ${fenced(note.text)}`, changes: 0 };
  }
}

function* setLines(step: SetStep): Generator<DiffLine> {
  const { declared, set, headers, counts, added, removed, examples, origin } = step;
  const kind = setKind(step);
  const name = declared === set ? fenced(set) : `${fenced(declared)} (${fenced(set)})`;
  const what = {
    create: `new set, ${quantity(added, 'entry', 'entries')}`,
    destroy: removedText(step),
    update: `+${added} -${removed} entries, then ${counts.after}`,
    replace: `+${added} -${removed} entries, then ${counts.after}`,
  }[step.change];
  yield { text: `@@ set ${name} (${kind}) @@ ${what}${originText(origin)}`, changes: 1 };
  if (headers.before !== undefined && headers.after !== undefined && headers.before !== headers.after)
    yield { text: `- ${fenced(headers.before)}\n+ ${fenced(headers.after)}`, changes: 0 };
  for (const entry of examples.added) yield { text: `+       ${fenced(entry)}`, changes: 0 };
  for (const entry of examples.removed) yield { text: `-       ${fenced(entry)}`, changes: 0 };
  const more = added + removed - examples.added.length - examples.removed.length;
  if (more > 0) yield { text: `# ${more} more entries`, changes: 0 };
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
      const kept = line.keepsCounters === true ? '   # counter kept' : '';
      return `${before}\n+ ${place(line.to)}${fenced(line.text)}${kept}${originText(line.origin)}`;
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
