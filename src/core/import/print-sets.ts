import type { ImportedSet } from './import-sets.ts';

/** What YAML would read as something else than the text of a rule when it stands without quotes in a block sequence. */
const RISKY = /^[!&*?|>@%"'#{}[\],`]|^- |^$|: | #|:$|\s$|^\s|^---|^(?:~|null)$/;

const PRINTABLE = /^[\x20-\x7e]*$/;
/** A list file: its path from the folder of the document, and what is in it. */
type ListFile = { readonly path: string; readonly text: string };

/** More entries than this are easier to read, and to change, in a file of their own. */
const MOST_INLINE = 50;
/** Most words of YAML that are no text stand without a sign like these. */
const PLAIN_ENTRY = /^[0-9A-Fa-f]+[.:/][\w.:/,-]*\w$/;

/** The lines under `sets:`, and the list files of sets with many entries. `label` is the namespace, for their names. */
export function printSets(
  sets: readonly ImportedSet[],
  label: string,
): { readonly lines: readonly string[]; readonly lists: readonly ListFile[] } {
  const lists: ListFile[] = [];
  const lines = sets.flatMap((set) => {
    const isLong = set.type !== 'list:set' && (set.entries?.length ?? 0) > MOST_INLINE;
    const file = isLong ? { path: listPath(label, set.name), text: listText(set.entries ?? []) } : undefined;
    if (file !== undefined) lists.push(file);
    return printSet(set, file?.path);
  });
  return { lines: lines.length === 0 ? [] : ['sets:', ...lines], lists };
}

function printSet({ name, type, family, options, entries }: ImportedSet, file: string | undefined): readonly string[] {
  return [
    `  ${printScalar(name)}:`,
    `    type: ${type}`,
    ...(family === undefined ? [] : [`    family: ${family}`]),
    ...options.map(
      ([option, value]) => `    ${option}: ${/^(?:\d+|true)$/.test(value) ? value : JSON.stringify(value)}`,
    ),
    ...(file === undefined ? printEntries(entries) : [`    file: ${printScalar(file)}`]),
  ];
}

function printEntries(entries: readonly string[] | undefined): readonly string[] {
  if (entries === undefined) return [];
  if (entries.length === 0) return ['    entries: []'];
  return ['    entries:', ...entries.map((entry) => `      - ${printEntry(entry)}`)];
}

/** A dollar begins a value's name in a document. */
function printEntry(entry: string): string {
  const text = entry.replaceAll('$', '$$$$');
  return PLAIN_ENTRY.test(text) ? printScalar(text) : JSON.stringify(text);
}

function listText(entries: readonly string[]): string {
  return entries.map((entry) => `${entry}\n`).join('');
}

/** Both parts are names of one folder's files already; nothing that a path of a list file must not hold is left. */
function listPath(label: string, set: string): string {
  const plain = label.replace(/[^A-Za-z0-9_.-]/g, '_').replace(/^[^A-Za-z0-9_]/, '_');
  return `lists/${plain}/${set}.txt`;
}

/** A text as a YAML scalar: plain where YAML reads the same text back, else in double quotes. */
export function printScalar(text: string): string {
  return RISKY.test(text) || !PRINTABLE.test(text) ? JSON.stringify(text) : text;
}
