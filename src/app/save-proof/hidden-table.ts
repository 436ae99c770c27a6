import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { FwError } from '../../core/diagnostics/errors.ts';
import { setSteps } from '../../core/plan/in-order.ts';
import type { Plan } from '../../core/plan/types.ts';
import { isOwnedBy } from '../../core/rules/hook-chain.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family, Namespace, TableName } from '../../core/rules/types.ts';

/** A live table that iptables-save does not show as it is: nothing is known of its rules. */
export type HiddenTable = {
  readonly family: Family;
  readonly table: TableName;
  /** Names of its chains, as nft has them; undefined where nft cannot tell. */
  readonly chains: readonly string[] | undefined;
  readonly error: FwError;
};

/** What a run wants of one namespace. */
export type Wanted = {
  readonly owners: readonly string[];
  readonly declares: (family: Family, table: TableName) => boolean;
};

/** Whether a run cannot do without a table: it is declared, or holds a chain of an owner, which the run would keep or take away. */
export function needsTable({ owners, declares }: Wanted, { family, table, chains }: HiddenTable): boolean {
  if (declares(family, table)) return true;
  if (chains === undefined) return owners.length > 0;
  return owners.some((owner) => chains.some((chain) => isOwnedBy(owner, chain)));
}

type WithHidden = { readonly namespace: Namespace; readonly hidden?: readonly HiddenTable[] };

/**
 * Stops a run that is about such a table, with its error; resolves to a warning for each other one. `isNeeded` gets the place of the namespace in the
 * list.
 */
export function judgeHidden(
  live: readonly WithHidden[],
  isNeeded: (index: number, hidden: HiddenTable) => boolean,
): readonly Diagnostic[] {
  const all = live.flatMap(({ namespace, hidden = [] }, index) => hidden.map((one) => ({ namespace, index, one })));
  const needed = all.find(({ index, one }) => isNeeded(index, one));
  if (needed !== undefined) throw needed.one.error;
  return all.map(({ namespace, one: { family, table, error } }) => ({
    severity: 'warning',
    code: error.code,
    message: `${namespaceLabel(namespace)} ${family} ${table}: iptables-save does not show this table as it is; this run is not about it, and nothing is said of its rules`,
    ...(error.output === undefined ? {} : { output: error.output, outputOf: 'nft' }),
    hint: error.next,
  }));
}

/** Stops a plan that changes a set of a namespace in which rules are not known: any of them may name the set. */
export function checkSetsShown(plan: Plan, live: readonly WithHidden[]): void {
  const changed = new Set(setSteps(plan).map(({ namespace }) => namespaceLabel(namespace)));
  judgeHidden(
    live.filter(({ namespace }) => changed.has(namespaceLabel(namespace))),
    () => true,
  );
}
