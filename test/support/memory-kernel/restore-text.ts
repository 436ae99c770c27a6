import { isTableName } from '../../../src/core/rules/builtin.ts';
import type { TableName } from '../../../src/core/rules/types.ts';
import { Refused, Unmodelled } from './refused.ts';

/** The lines of one table in restore text, and where its COMMIT is. */
export type Block = {
  readonly table: TableName;
  readonly lines: readonly { readonly text: string; readonly line: number }[];
  /** Undefined where the text ends without one. */
  readonly commitLine: number | undefined;
  /** Where reading stops with an error of its own, if it does. */
  readonly broken?: Refused;
};

/** Cuts restore text into tables. Lines count from 1; a block that cannot be read is the last one. */
export function* readBlocks(text: string): Generator<Block> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Unmodelled('restore text without a line feed at its end');
  let open: { table: TableName; lines: { text: string; line: number }[] } | undefined;
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    if (line === '' || line.startsWith('#')) continue;
    if (open === undefined) {
      const name = line.slice(1);
      if (!line.startsWith('*') || !isTableName(name)) throw new Unmodelled(`the line ${line} outside of a table`);
      open = { table: name, lines: [] };
    } else if (line === 'COMMIT') {
      yield { ...open, commitLine: number };
      open = undefined;
    } else open.lines.push({ text: line, line: number });
  }
  if (open !== undefined) yield { ...open, commitLine: undefined, broken: missingCommit(lines.length + 1) };
}

function missingCommit(line: number): Refused {
  return new Refused('failed', line, `COMMIT expected at line ${line}`);
}
