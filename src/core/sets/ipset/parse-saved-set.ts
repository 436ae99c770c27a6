import type { Lines } from './lines.ts';
import { linesOf } from './lines.ts';
import { hasFlag, hasTimeout, parseHeader } from './parse-header.ts';
import type { LiveSet } from './types.ts';

/** Element, what is left of its time, flags, counters, and the rest (ipset 7.17). */
const TIMED = /^(\S+)(?: timeout (\d+))?((?: nomatch| wildcard)*)(?: packets \d+ bytes \d+)?(.*)$/;

/** One set from the output of `ipset save NAME`; undefined when the text is of something else. */
export function parseSavedSet(name: string, text: string, references: number): LiveSet | undefined {
  const create = `create ${name} `;
  const end = text.indexOf('\n');
  if (!text.startsWith(create) || end < 0) return undefined;
  const header = parseHeader(text.slice(create.length, end));
  const add = `add ${name} `;
  const lines = cutLines(text, end + 1, add);
  if (lines === undefined) return undefined;
  if (!hasTimeout(header) && !hasFlag(header, 'counters')) {
    return { name, header, references, entries: lines, passing: [] };
  }
  const staying: string[] = [];
  const passing: string[] = [];
  for (let at = 0; at < lines.bounds.length; at += 2) {
    const entry = text.slice(lines.bounds[at], lines.bounds[at + 1]);
    const [, element = '', time = '0', flags = '', words = ''] = TIMED.exec(entry) ?? [];
    const rest = `${flags}${words}`;
    if (time === '0') staying.push(`${element}${rest}`);
    else passing.push(`${element} timeout ${time}${rest}`);
  }
  return { name, header, references, entries: linesOf(staying), passing };
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
