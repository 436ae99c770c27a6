import { printSetEdits } from './print-set-edits.ts';
import type { SetEdit } from './set-edit.ts';

/** An edit whose list still grows. */
type Draft =
  | Extract<SetEdit, { kind: 'create' | 'swap' | 'destroy' }>
  | { kind: 'add'; set: string; entries: string[]; overtakes: boolean }
  | { kind: 'add passing'; set: string; entries: string[] }
  | { kind: 'del'; set: string; elements: string[] };

/** With a time: `element timeout SECONDS rest -exist`. */
const TIMED = /^(\S+) timeout (\d+)(.*) -exist$/;

/**
 * The edits of a text for `ipset restore` in a file, where plan files and journals keep them as text; undefined for any other text than the one
 * that is printed of them. Nothing else reads such text.
 */
export function readSetEdits(text: string): readonly SetEdit[] | undefined {
  if (text === '') return [];
  const edits: Draft[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const edit = readLine(line);
    if (edit === undefined) return undefined;
    const last = edits.at(-1);
    if (last === undefined || !takesIn(last, edit)) edits.push(edit);
  }
  return printSetEdits(edits) === text ? edits : undefined;
}

function readLine(line: string): Draft | undefined {
  const [, command = '', set = '', rest] = /^(\S+) (\S+)(?: (.*))?$/.exec(line) ?? [];
  if (command === 'destroy') return rest === undefined ? { kind: 'destroy', set } : undefined;
  if (rest === undefined) return undefined;
  switch (command) {
    case 'create':
      return { kind: 'create', set, header: rest };
    case 'del':
      return { kind: 'del', set, elements: [rest] };
    case 'swap':
      return { kind: 'swap', set, other: rest };
    case 'add': {
      const [whole, element, seconds, words] = TIMED.exec(rest) ?? [];
      if (whole === undefined) return { kind: 'add', set, entries: [rest], overtakes: false };
      if (seconds === '0') return { kind: 'add', set, entries: [`${element}${words}`], overtakes: true };
      return { kind: 'add passing', set, entries: [rest.slice(0, -' -exist'.length)] };
    }
    default:
      return undefined;
  }
}

/** Puts a line to those of its kind in front of it. */
function takesIn(last: Draft, edit: Draft): boolean {
  if (last.set !== edit.set) return false;
  if (last.kind === 'del' && edit.kind === 'del') last.elements.push(...edit.elements);
  else if (last.kind === 'add passing' && edit.kind === 'add passing') last.entries.push(...edit.entries);
  else if (last.kind === 'add' && edit.kind === 'add' && last.overtakes === edit.overtakes)
    last.entries.push(...edit.entries);
  else return false;
  return true;
}
