import type { Line } from '../../core/diff/types.ts';
import { diffWords, type Piece } from '../../core/diff/word-diff.ts';
import type { Policy } from '../../core/rules/types.ts';
import { hasCarried, packets } from '../text/counters-text.ts';
import { type Page, withRemarks } from '../text/page.ts';
import { SIGNS, type Sign, type Style } from '../text/theme.ts';

/** What stands before a rule: its old and new position and its sign. */
type Place = { readonly sign: Sign; readonly from?: number; readonly to?: number };

/** One line of a hunk. The rule's text is whole and unbroken, whatever the width. */
export function printLine(page: Page, line: Line, last: number): readonly string[] {
  switch (line.kind) {
    case 'skip': {
      const rules = line.count === 1 ? 'rule' : 'rules';
      return [
        `${' '.repeat(gutterWidth(page, last))}${page.paint('faint', `(${line.count} unchanged ${rules} hidden)`)}`,
      ];
    }
    case 'keep':
      return printRule(page, { sign: 'keep', from: line.from, to: line.to }, line.text, [], last);
    case 'add':
      return printRule(page, { sign: 'add', to: line.to }, line.text, [line.origin], last);
    case 'remove':
      return printRule(page, { sign: 'remove', from: line.from }, line.text, [traffic(line)], last);
    case 'move':
      return printRule(page, { sign: 'move', from: line.from, to: line.to }, line.text, [line.origin], last);
    case 'change':
      return printChange(page, line, last);
    default:
      return line satisfies never;
  }
}

export function printPolicy(
  page: Page,
  policy: { readonly from: Policy; readonly to: Policy; readonly origin?: string },
  last: number,
): readonly string[] {
  const text = `policy ${policy.from} -> ${policy.to}`;
  return printRule(page, { sign: 'change' }, text, [policy.origin], last);
}

/** Columns that positions and sign take before the text of a rule. */
export function gutterWidth(page: Page, last: number): number {
  const column = columnWidth(page, last);
  return page.wide ? 2 + 2 * column + 4 : 2 + column;
}

/** Wide: one of the two columns. Narrow: sign and both positions, such as `>9:6`. */
export function columnWidth(page: Page, last: number): number {
  const digits = String(last).length;
  return page.wide ? Math.max(4, digits + 1) : Math.max(6, 2 * digits + 3);
}

function printChange(page: Page, line: Extract<Line, { kind: 'change' }>, last: number): readonly string[] {
  const words = diffWords(line.before, line.text);
  return [
    ...printRule(page, { sign: 'change', from: line.from }, line.before, ['before', traffic(line)], last, {
      pieces: words?.before,
      style: 'removedWord',
    }),
    ...printRule(
      page,
      { sign: 'change', to: line.to },
      line.text,
      [words?.says, line.keepsCounters && 'counter kept', line.origin],
      last,
      {
        pieces: words?.after,
        style: 'addedWord',
      },
    ),
  ];
}

function traffic(line: Extract<Line, { kind: 'remove' | 'change' }>): string | undefined {
  if (line.counters === undefined) return undefined;
  return line.kind === 'remove' || hasCarried(line.counters) ? packets(line.counters) : undefined;
}

function printRule(
  page: Page,
  place: Place,
  text: string,
  remarks: readonly (string | undefined)[],
  last: number,
  marked?: { readonly pieces: readonly Piece[] | undefined; readonly style: Style },
): readonly string[] {
  const gutter = gutterOf(page, place, last);
  const clean = page.clean(text);
  const pieces = marked?.pieces ?? [{ text, changed: false }];
  const rule = pieces.map((piece, index) => {
    const style = piece.changed && marked !== undefined ? marked.style : place.sign;
    // The gutter shares the colour of an unmarked start.
    return page.paint(style, (index === 0 && !piece.changed ? gutter : '') + page.clean(piece.text));
  });
  const start = pieces[0]?.changed === true ? page.paint(place.sign, gutter) : '';
  const line = { plain: gutter + clean, painted: start + rule.join('') };
  const output = remarks
    .filter((remark) => remark !== undefined && remark !== '')
    .map((remark) => page.clean(remark ?? ''));
  return withRemarks(page, line, output, gutter.length + 2);
}

function gutterOf(page: Page, { sign, from, to }: Place, last: number): string {
  const column = columnWidth(page, last);
  if (page.wide) {
    return `  ${String(from ?? '').padStart(column)}${String(to ?? '').padStart(column)}  ${SIGNS[sign]} `;
  }
  const positions =
    sign === 'keep' ? `${to}` : sign === 'move' || sign === 'change' ? pairOf(from, to) : `${from ?? to}`;
  return `  ${(SIGNS[sign] + positions).padEnd(column)}`;
}

function pairOf(from: number | undefined, to: number | undefined): string {
  return from === undefined && to === undefined ? '' : `${from ?? ''}:${to ?? ''}`;
}
