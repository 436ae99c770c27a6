import { displayWidth } from './display-width.ts';

const GAP = '  ';

/** Rows in columns, as wide as their widest cell; columns named in `right` end at the same place instead of beginning there. */
export function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number>): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, displayWidth(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const space = ' '.repeat((widths[at] ?? 0) - displayWidth(cell));
        return right.has(at) ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/**
 * The same for a screen: where a line would be wider than it, as many of the last cells as must stand below their row, each whole. At least two columns
 * stay. Where nothing breaks lines, as in a pipe, `width` is infinite, so that a row is a line.
 */
export function columnsWithin(
  width: number,
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): readonly string[] {
  const most = Math.max(0, ...rows.map((row) => row.length));
  for (let count = most; count > 1; count -= 1) {
    const lines = columns(
      rows.map((row) => row.slice(0, count)),
      right,
    );
    if (count > 2 && lines.some((line) => displayWidth(line) > width)) continue;
    return lines.flatMap((line, at) => [line, ...below(width, (rows[at] ?? []).slice(count))]);
  }
  return columns(rows, right);
}

/** Cells that say something, as many on a line as fit. */
function below(width: number, cells: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const cell of cells) {
    if (cell === '') continue;
    const longer = `${lines.at(-1)}${GAP}${cell}`;
    if (lines.length > 0 && displayWidth(longer) <= width) lines.splice(-1, 1, longer);
    else lines.push(`${GAP}${GAP}${cell}`);
  }
  return lines;
}
