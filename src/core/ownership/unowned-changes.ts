import { pristineTable } from '../rules/builtin.ts';
import { chainsByName } from '../rules/chains-by-name.ts';
import type { Rule, Table, TableName } from '../rules/types.ts';
import { chainNames, ownershipOf } from './ownership.ts';
import type { StepOwnership } from './types.ts';

/**
 * Names of chains that differ between two tables as only the chains of another program could: they are not owned and differ by more than
 * our jumps and their policy. A step whose tables differ so is not carried out, because a rollback that goes by its ownership would take our own
 * change for that of others.
 */
export function unownedChanges(
  table: TableName,
  how: StepOwnership,
  before: Table | undefined,
  after: Table | undefined,
): readonly string[] {
  const { ownsChain, ownsJump } = ownershipOf(table, how);
  const [was, made] = [before ?? pristineTable(table), after ?? pristineTable(table)];
  const [old, fresh] = [chainsByName(was), chainsByName(made)];
  return [...chainNames(was, made)].filter((name) => {
    if (ownsChain(name)) return false;
    // A built-in chain that a table leaves out is pristine.
    const [one, other] = [old.get(name), fresh.get(name)];
    if (one?.policy === undefined && other?.policy === undefined && (one === undefined || other === undefined))
      return true;
    return one?.rules !== other?.rules && textsOf(one?.rules ?? [], ownsJump) !== textsOf(other?.rules ?? [], ownsJump);
  });
}

function textsOf(rules: readonly Rule[], isLeftOut: (rule: Rule) => boolean): string {
  return rules
    .filter((rule) => !isLeftOut(rule))
    .map(({ text }) => text)
    .join('\n');
}
