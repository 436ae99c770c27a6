import { type FileLines, findLine } from '../../core/diagnostics/locate.ts';
import type { Span } from '../../core/diagnostics/span.ts';
import { cleanText } from '../text/clean-text.ts';
import { displayWidth } from '../text/display-width.ts';

/** Columns of one source line that are shown, and how many of them may stand before the caret. */
const SHOWN = 110;
const BEFORE = 70;
const CUT = '...';
const TAB = '    ';
/** Most lines: each character is shown as it is, one column wide. */
const PLAIN = /^[\x20-\x7e]*$/;

export type ExcerptRow = {
  /** Line number; the caret's row has none. */
  readonly number?: number;
  readonly text: string;
  readonly kind: 'meant' | 'caret' | 'around';
};

/**
 * The line on which a span begins, with `around` lines before and after, and carets under as much of the span as is on that line and
 * shown. Long lines are cut to a window around the caret, the same for all rows. Carets stand right under tabs, wide characters and
 * control characters that are shown escaped.
 */
export function drawExcerpt({ text, starts }: FileLines, span: Span, around: number): readonly ExcerptRow[] {
  const start = Math.max(0, Math.min(span.start, text.length));
  const meant = findLine(starts, start);
  const lineStart = starts[meant] ?? 0;
  const from = start - lineStart;
  const skipped = countSkipped(lineAt(text, starts, meant), from);
  const rows: ExcerptRow[] = [];
  for (let at = Math.max(0, meant - around); at <= Math.min(meant + around, starts.length - 1); at += 1) {
    const line = lineAt(text, starts, at);
    // The empty rest after the last line feed is no line.
    if (at > meant && at === starts.length - 1 && line === '') continue;
    rows.push({ number: at + 1, text: cutLine(line, skipped), kind: at === meant ? 'meant' : 'around' });
    if (at === meant) {
      rows.push({ text: drawCaret(line, skipped, { from, to: span.end - lineStart }), kind: 'caret' });
    }
  }
  return rows;
}

function lineAt(text: string, starts: readonly number[], index: number): string {
  const end = starts[index + 1];
  return text.slice(starts[index], end === undefined ? text.length : end - 1).replace(/\r$/, '');
}

/** UTF-16 units at the start of the line that are not shown, so that the caret is. */
function countSkipped(line: string, from: number): number {
  if (line.length <= SHOWN && widthOf(line) <= SHOWN) return 0;
  let skipped = from;
  let width = 0;
  // Only as far back as is shown: a line may be megabytes long.
  for (const character of [...line.slice(Math.max(0, from - BEFORE), from)].reverse()) {
    width += widthOf(character);
    if (width > BEFORE) break;
    skipped -= character.length;
  }
  return skipped;
}

function cutLine(line: string, skipped: number): string {
  if (line.length <= skipped) return line === '' || skipped === 0 ? '' : CUT;
  const end = endOfShown(line, skipped);
  const part = line.slice(skipped, end);
  const shown = PLAIN.test(part) ? part : [...part].map(display).join('');
  return `${skipped > 0 ? CUT : ''}${shown}${end < line.length ? CUT : ''}`.trimEnd();
}

/** Offset in the line after the last character that fits. */
function endOfShown(line: string, skipped: number): number {
  // One more, since it may be a mark that stands over the last one.
  if (PLAIN.test(line.slice(skipped, skipped + SHOWN + 1))) return Math.min(line.length, skipped + SHOWN);
  let end = skipped;
  let width = 0;
  for (const character of line.slice(skipped, skipped + 2 * SHOWN)) {
    width += widthOf(character);
    if (width > SHOWN) break;
    end += character.length;
  }
  return end;
}

function drawCaret(line: string, skipped: number, span: { readonly from: number; readonly to: number }): string {
  const before = (skipped > 0 ? CUT.length : 0) + widthOf(line.slice(skipped, span.from));
  const to = Math.min(span.to, endOfShown(line, skipped));
  return ' '.repeat(before) + '^'.repeat(Math.max(1, widthOf(line.slice(span.from, to))));
}

function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += displayWidth(display(character));
  return width;
}

function display(character: string): string {
  return character === '\t' ? TAB : cleanText(character, true);
}
