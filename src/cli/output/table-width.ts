import type { ScreenFacts } from '../../ui/text/tty.ts';

/** Columns that a table may have: those of a terminal. In a pipe a row stays one line, however long, for grep and awk. */
export function tableWidth({ width }: Pick<ScreenFacts, 'width'>): number {
  return process.stdout.isTTY ? width : Number.POSITIVE_INFINITY;
}
