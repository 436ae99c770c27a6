import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { Family } from '../../rules/types.ts';
import type { DesiredEntries } from './types.ts';

export type WrittenEntries = {
  readonly entries: readonly { readonly text: string; readonly span: Span }[];
  readonly list: { readonly path: string; readonly text: string } | undefined;
};

/** To which family an entry goes, by its first address; `plain` where the type has no families. */
export type EntryKind = Family | 'plain';

/** Mistakes reported of one set: the rest is mostly the same mistake. */
const MOST_PROBLEMS = 20;
const MOST_LINES = LIMITS.setLines.most;
const LONGEST_ELEMENT = LIMITS.setElement.most;

/** What stands behind an element. Nothing in it can be more than these options. A `#` or `;` behind a blank begins a comment. */
const TAIL =
  /^((?: +(?:nomatch|wildcard|comment "[^"\p{Cc}]{1,255}"|skbmark 0x[\da-fA-F]{1,8}(?:\/0x[\da-fA-F]{1,8})?|skbprio [\da-fA-F]{1,4}:[\da-fA-F]{1,4}|skbqueue \d{1,5}))*)(?:[ \t]+(?:[#;].*)?)?\r?$/u;

const ELEMENT = new Uint8Array(128);
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:,/_+%@-')
  ELEMENT[sign.charCodeAt(0)] = 1;

/**
 * Entries as people write them: in the document, and one a line in a list. Each is checked to be one entry and nothing else; what it
 * means is for the kernel to say. `kinds` are those that the set takes.
 */
export function parseEntries(
  { entries, list }: WrittenEntries,
  kinds: readonly EntryKind[],
): { readonly found: ReadonlyMap<EntryKind, DesiredEntries>; readonly diagnostics: readonly Diagnostic[] } {
  const head = entries.map(({ text }) => `${text}\n`).join('');
  const text = `${head}${list?.text ?? ''}`;
  const bounds = new Map<EntryKind, number[]>(kinds.map((kind) => [kind, []]));
  const spans = new Map<EntryKind, Span[]>(kinds.map((kind) => [kind, []]));
  const diagnostics: Diagnostic[] = [];
  let line = 0;
  for (let start = 0; start < text.length && diagnostics.length < MOST_PROBLEMS; line += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const read = readLine(text, start, end);
    const inline = entries[line]?.span;
    const span = inline ?? { file: list?.path ?? '', start: start - head.length, end: end - head.length };
    start = end + 1;
    if (read === undefined) continue;
    if (line - entries.length >= MOST_LINES) {
      diagnostics.push(tooMany(span));
      break;
    }
    const kind = kinds[0] === 'plain' ? 'plain' : read.kind;
    const into = kind === undefined ? undefined : bounds.get(kind);
    const problem = read.problem ?? (into === undefined ? wrongFamily(kind, kinds) : undefined);
    if (problem !== undefined) diagnostics.push({ severity: 'error', code: 'state.set', ...problem, span });
    else if (into !== undefined && kind !== undefined) {
      into.push(read.start, read.end);
      if (inline !== undefined) spans.get(kind)?.push(inline);
    }
  }
  const file = list === undefined ? {} : { file: { path: list.path, at: head.length } };
  const found = kinds.map((kind): [EntryKind, DesiredEntries] => [
    kind,
    { lines: { text, bounds: Uint32Array.from(bounds.get(kind) ?? []) }, spans: spans.get(kind) ?? [], ...file },
  ]);
  return { found: new Map(found), diagnostics };
}

/** The place where an entry is written. */
export function entrySpan({ lines, spans, file }: DesiredEntries, index: number): Span | undefined {
  const inline = spans[index];
  if (inline !== undefined || file === undefined) return inline;
  const [start = 0, end = 0] = lines.bounds.slice(2 * index, 2 * index + 2);
  return { file: file.path, start: start - file.at, end: end - file.at };
}

type Problem = { readonly message: string; readonly hint: string };
type ReadLine = {
  readonly start: number;
  readonly end: number;
  readonly kind: Family | undefined;
  readonly problem?: Problem;
};

/** Undefined for a line without an entry. */
function readLine(text: string, from: number, end: number): ReadLine | undefined {
  let start = from;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  if (start === end || text[start] === '#' || text[start] === ';') return undefined;
  let at = start;
  let comma = -1;
  let hasColon = false;
  let hasName = false;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 128 || ELEMENT[code] !== 1) break;
    if (comma >= 0) continue;
    if (code === 44) comma = at;
    else if (code === 58) hasColon = true;
    // Everything but digits, `.`, `/` and `-`.
    else if (code > 57 || code < 45) hasName = true;
  }
  const kind = hasColon ? 'ipv6' : hasName ? undefined : 'ipv4';
  if (at === start || at - start > LONGEST_ELEMENT || text[start] === '-')
    return { start, end, kind, problem: NO_ENTRY };
  if (at === end) return { start, end, kind };
  const tail = TAIL.exec(text.slice(at, end))?.[1];
  return tail === undefined ? { start, end, kind, problem: NO_ENTRY } : { start, end: at + tail.length, kind };
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

const NO_ENTRY: Problem = {
  message: 'This is not an entry',
  hint: 'Write one element, then `nomatch` or `comment "text"` where they are meant: `203.0.113.0/24 comment "test"`.',
};

function wrongFamily(kind: EntryKind | undefined, kinds: readonly EntryKind[]): Problem {
  if (kind !== undefined) {
    const message = `This entry is for ${kind}, and the set is for ${kinds.join(' and ')} only`;
    return { message, hint: 'Leave `family:` out, and each family gets a set with its own entries.' };
  }
  return { message: 'This is not an address', hint: 'Names are not looked up: write the addresses.' };
}

function tooMany(span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: `The list has more than ${MOST_LINES} lines`,
    span,
    hint: 'Make two sets of it, and a `list:set` of both.',
  };
}
