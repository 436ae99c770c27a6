import { elementOf } from './entry.ts';
import type { SetEdit } from './set-edit.ts';

/** Text for `ipset restore`; '' where nothing is to be done. The only place that makes such text. */
export function printSetEdits(edits: readonly SetEdit[]): string {
  const lines: string[] = [];
  for (const edit of edits) for (const line of linesOf(edit)) lines.push(line);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function linesOf(edit: SetEdit): readonly string[] {
  switch (edit.kind) {
    case 'create':
      return [`create ${edit.set} ${edit.header}`];
    case 'add':
      return edit.entries.map((entry) => addLine(edit.set, entry, edit.overtakes));
    case 'add passing':
    case 'put':
      return edit.entries.map((entry) => `add ${edit.set} ${entry} -exist`);
    case 'del':
      return edit.elements.map((element) => `del ${edit.set} ${element}`);
    case 'drop':
      return edit.elements.map((element) => `del ${edit.set} ${element} -exist`);
    case 'swap':
      return [`swap ${edit.set} ${edit.other}`];
    case 'destroy':
      return [`destroy ${edit.set}`];
    default:
      return edit satisfies never;
  }
}

function addLine(set: string, entry: string, overtakes: boolean): string {
  if (!overtakes) return `add ${set} ${entry}`;
  const element = elementOf(entry);
  return `add ${set} ${element} timeout 0${entry.slice(element.length)} -exist`;
}
