import type { TableDiff } from '../../src/core/diff/types.ts';
import { type CompileOptions, compile } from '../../src/core/plan/compile-edits.ts';
import type { Transaction } from '../../src/core/restore/edit.ts';
import { printEdits } from '../../src/core/restore/print-edits.ts';
import type { TableName } from '../../src/core/rules/types.ts';

/** What `compile` gives, as iptables-restore gets it. */
export function compileText(diff: TableDiff, options: CompileOptions): string {
  const edits = compile(diff, options);
  return edits === undefined ? '' : printEdits(diff.name, [edits]);
}

/** Transactions of one table as iptables-restore gets them. */
export function textOf(edits: readonly Transaction[], table: TableName = 'filter'): string {
  return printEdits(table, edits);
}

/** The commits of a restore text, each a text of its own. */
export function commitsOf(text: string): readonly string[] {
  return text.split(/(?<=^COMMIT\n)/m);
}
