import { diffTable } from '../plan/diff-table.ts';
import type { StepOwnership } from '../plan/types.ts';
import type { Rule, Table, TableName } from '../ruleset/types.ts';
import { ownershipOf } from './ownership.ts';

/**
 * Names of chains that differ between two tables as only the chains of somebody else could: they are not owned and differ by more than
 * our jumps and their policy. A step whose tables differ so is not carried out, because whoever trusts its ownership would take our own
 * change for that of others.
 */
export function unownedChanges(
  table: TableName,
  how: StepOwnership,
  before: Table | undefined,
  after: Table | undefined,
): readonly string[] {
  const { ownsChain, ownsJump } = ownershipOf(table, how);
  return diffTable(table, before, after).chains.flatMap(({ name, before: was, after: made }) => {
    if (ownsChain(name)) return [];
    if (was === undefined || made === undefined) return [name];
    return textsOf(was.rules, ownsJump) === textsOf(made.rules, ownsJump) ? [] : [name];
  });
}

function textsOf(rules: readonly Rule[], isLeftOut: (rule: Rule) => boolean): string {
  return rules
    .filter((rule) => !isLeftOut(rule))
    .map(({ text }) => text)
    .join('\n');
}
