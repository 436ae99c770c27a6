import type { Sources, Span } from './span.ts';

/** Both count from 1; columns count characters, not UTF-16 units. */
export type Place = { readonly line: number; readonly column: number };

/** Finds line and column of spans. It reads each file once, so it is cheap for many spans; spans of unknown files are at 1:1. */
export function createLocator(sources: Sources): (span: Span) => Place {
  const starts = new Map<string, readonly number[]>();
  return (span) => {
    const text = sources.get(span.file) ?? '';
    let lines = starts.get(span.file);
    if (lines === undefined) {
      lines = findLineStarts(text);
      starts.set(span.file, lines);
    }
    return locate(text, lines, span.start);
  };
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
