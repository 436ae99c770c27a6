import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Family } from '../../rules/types.ts';
import { splitSaved } from '../../sets/ipset/parse-saved-set.ts';
import type { ReadDocument, ReadSet, Written } from '../as-written/written.ts';
import { SET_TYPES } from '../schema/set-shape.ts';
import { quote } from '../yaml/quote.ts';
import type { SourceFile } from '../yaml/yaml-node.ts';

/** How the kernel stores a set: no part of a state. */
const STORAGE: ReadonlySet<string> = new Set(['hashsize', 'bucketsize', 'initval']);
const FLAGS: ReadonlySet<string> = new Set(['counters', 'comment', 'skbinfo']);
const VALUES: ReadonlySet<string> = new Set(['maxelem', 'netmask', 'bitmask', 'markmask', 'range', 'size', 'timeout']);
const TYPES: readonly string[] = Object.values(SET_TYPES).flat();

/** Mistakes reported of one file: the rest is mostly the same mistake. */
const MOST_PROBLEMS = 20;

type Draft = Omit<ReadSet, 'entries'> & { entries: { readonly text: string; readonly span: Span }[]; passing: number };

/**
 * What `ipset save` printed, as a document that declares these sets under their names. Entries with a time are not declared, as a plan leaves them alone; a
 * set that has no others is a list of another program, and only its existence is declared.
 */
export function readSetFile(
  file: SourceFile,
  namespace: string,
): { readonly document: ReadDocument; readonly diagnostics: readonly Diagnostic[] } {
  const sets = new Map<string, Draft>();
  const diagnostics: Diagnostic[] = [];
  for (const { text, span } of linesOf(file)) {
    if (diagnostics.length >= MOST_PROBLEMS) break;
    const [, command = '', name = '', rest = ''] = /^(create|-N|add|-A) +(\S+) +(.+)$/.exec(text) ?? [];
    const set = sets.get(name);
    if ((command === 'create' || command === '-N') && set === undefined) {
      const made = readCreate(name, rest, span);
      diagnostics.push(...made.diagnostics);
      sets.set(name, made.set);
    } else if ((command === 'add' || command === '-A') && set !== undefined) addEntry(set, rest, span);
    else diagnostics.push(noLine(text, span));
  }
  const all: Span = { file: file.path, start: 0, end: 0 };
  return { document: documentOf(namespace, all, [...sets.values()].map(finish)), diagnostics };
}

function linesOf({ path, text }: SourceFile): readonly { readonly text: string; readonly span: Span }[] {
  const lines: { readonly text: string; readonly span: Span }[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    if (line !== '' && !line.startsWith('#')) lines.push({ text: line, span: { file: path, start, end } });
    start = end + 1;
  }
  return lines;
}

function readCreate(
  name: string,
  rest: string,
  span: Span,
): { readonly set: Draft; readonly diagnostics: readonly Diagnostic[] } {
  const [type = '', ...words] = rest.split(/ +/);
  const diagnostics: Diagnostic[] = [];
  const problem = (message: string, hint: string) =>
    diagnostics.push({ severity: 'error', code: 'state.set', message, span, hint });
  if (!TYPES.includes(type))
    problem(`${quote(type)} is no type of a set that fw knows`, `It knows ${TYPES.join(', ')}.`);
  const hasFamilies: boolean = SET_TYPES.families.some((one) => one === type);
  let family: Family = 'ipv4';
  const options: (Written<string> & { readonly name: string })[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (FLAGS.has(word)) {
      options.push({ name: word, value: 'true', span });
      continue;
    }
    at += 1;
    const value = words[at] ?? '';
    if (word === 'family') family = value === 'inet6' ? 'ipv6' : 'ipv4';
    else if (VALUES.has(word)) options.push({ name: word, value, span });
    else if (!STORAGE.has(word)) problem(`A state has no place for the option ${quote(word)} of a set`, 'Take it out.');
  }
  const head = { name, span, type: { value: type, span }, options };
  return {
    set: { ...head, ...(hasFamilies ? { family: { value: family, span } } : {}), entries: [], passing: 0 },
    diagnostics,
  };
}

function addEntry(set: Draft, rest: string, span: Span): void {
  const { text, isPassing } = splitSaved(rest);
  if (isPassing) set.passing += 1;
  else set.entries.push({ text, span });
}

function finish({ entries, passing, ...set }: Draft): ReadSet {
  const isOfOthers = entries.length === 0 && (passing > 0 || set.options.some(({ name }) => name === 'timeout'));
  return isOfOthers ? set : { ...set, entries };
}

function documentOf(namespace: string, span: Span, sets: readonly ReadSet[]): ReadDocument {
  return {
    span,
    isPlaced: true,
    namespaces: [{ value: namespace, span }],
    ownership: { value: 'exclusive', span },
    owner: { value: 'fw', span },
    keep: [],
    sets,
    checks: [],
    tests: [],
    reachable: [],
    connections: [],
    tables: [],
  };
}

function noLine(text: string, span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.set',
    message: `${quote(text)} is no line of ipset save, or of a set that is not made before it`,
    span,
    hint: `Write the file anew: ipset save > ${span.file}`,
  };
}
