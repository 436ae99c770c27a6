import { displayWidth } from './display-width.ts';

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
      .join('  ')
      .trimEnd(),
  );
}
