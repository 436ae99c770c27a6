import type { Lines } from './lines.ts';
import { linesOf } from './lines.ts';
import { hasFlag, hasTimeout, parseHeader, storageOf } from './parse-header.ts';
import type { LiveSet } from './types.ts';

const CREATE = /^(?:create|-N) +(\S+) +\S/;

const ADD = /^(?:add|-A) +(\S+) +\S/;

/** Element, what is left of its time, flags, counters, and the rest (ipset 7.17). */
const TIMED = /^(\S+)(?: timeout (\d+))?((?: nomatch| wildcard)*)(?: packets \d+ bytes \d+)?(.*)$/;

/** One set from the output of `ipset save NAME`; undefined when the text is of something else. */
export function parseSavedSet(name: string, text: string, references: number): LiveSet | undefined {
  const create = `create ${name} `;
  const end = text.indexOf('\n');
  if (!text.startsWith(create) || end < 0) return undefined;
  const words = text.slice(create.length, end);
  const header = parseHeader(words);
  const storage = storageOf(words);
  const stored = storage.length === 0 ? {} : { storage };
  const add = `add ${name} `;
  const lines = cutLines(text, end + 1, add);
  if (lines === undefined) return undefined;
  if (!hasTimeout(header) && !hasFlag(header, 'counters')) {
    return { name, header, ...stored, references, entries: lines, passing: [] };
  }
  const staying: string[] = [];
  const passing: string[] = [];
  for (let at = 0; at < lines.bounds.length; at += 2) {
    const entry = text.slice(lines.bounds[at], lines.bounds[at + 1]);
    const { text: one, isPassing } = splitSaved(entry);
    (isPassing ? passing : staying).push(one);
  }
  return { name, header, ...stored, references, entries: linesOf(staying), passing };
}

/** What stands behind `add NAME ` in saved text, without counters; with what is left of its time only where it goes when that is over. */
export function splitSaved(entry: string): { readonly text: string; readonly isPassing: boolean } {
  const [, element = '', time = '0', flags = '', words = ''] = TIMED.exec(entry) ?? [];
  const rest = `${flags}${words}`;
  if (time === '0') return { text: `${element}${rest}`, isPassing: false };
  return { text: `${element} timeout ${time}${rest}`, isPassing: true };
}

/** Undefined when a line does not begin as it must. */
function cutLines(text: string, from: number, prefix: string): Lines | undefined {
  const bounds: number[] = [];
  for (let start = from; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (!text.startsWith(prefix, start)) return undefined;
    bounds.push(start + prefix.length, end);
    start = end + 1;
  }
  return { text, bounds: Uint32Array.from(bounds) };
}

/**
 * The names of the sets that a file of `ipset save` makes, or the first line (counted from 1) that does something else. A file that makes
 * sets is loaded as it is; nothing in it can be another command.
 */
export function parseSetFile(
  text: string,
): { readonly names: readonly string[] } | { readonly line: number; readonly text: string } {
  const names = new Set<string>();
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.replace(/\r$/, '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const made = CREATE.exec(line)?.[1];
    const isNew = made !== undefined && !names.has(made);
    if (isNew) names.add(made);
    else if (!names.has(ADD.exec(line)?.[1] ?? '')) return { line: index + 1, text: line };
  }
  return { names: [...names] };
}
