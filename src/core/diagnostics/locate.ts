import type { Sources, Span } from './span.ts';

/** Both count from 1; columns count characters, not UTF-16 units. */
export type Place = { readonly line: number; readonly column: number };

/** A file, and the offsets at which its lines begin. */
export type FileLines = { readonly text: string; readonly starts: readonly number[] };

/** Finds line and column of spans; spans of unknown files are at 1:1. */
export function createLocator(sources: Sources): (span: Span) => Place {
  return (span) => {
    const { text, starts } = linesOf(sources, span.file);
    return locate(text, starts, span.start);
  };
}

const known = new WeakMap<Sources, Map<string, FileLines>>();

/** The lines of a file, found once for all that ask: a state of ten thousand lines may have hundreds of warnings. */
export function linesOf(sources: Sources, file: string): FileLines {
  const files = known.get(sources) ?? new Map<string, FileLines>();
  known.set(sources, files);
  const text = sources.get(file) ?? '';
  const found = files.get(file);
  if (found?.text === text) return found;
  const lines = { text, starts: findLineStarts(text) };
  files.set(file, lines);
  return lines;
}

/** Offsets at which the lines of a text begin. Only a line feed ends a line, as in editors and in git. */
export function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the line that holds the offset. */
export function findLine(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function locate(text: string, starts: readonly number[], offset: number): Place {
  const inside = Math.max(0, Math.min(offset, text.length));
  const line = findLine(starts, inside);
  let column = 1;
  for (const _ of text.slice(starts[line], inside)) column += 1;
  return { line: line + 1, column };
}
