import type { TablePair } from '../../src/core/guards/types.ts';
import { ownershipOf } from '../../src/core/ownership/ownership.ts';
import { diffTable } from '../../src/core/plan/diff-table.ts';
import { pinForeign } from '../../src/core/plan/pin-foreign.ts';
import type { Plan, Step, StepOwnership } from '../../src/core/plan/types.ts';
import { viewTable } from '../../src/core/plan/view.ts';
import type { Family, TableName } from '../../src/core/ruleset/types.ts';
import { tableOf } from './table-of.ts';

/** One table before and after, as text. */
export type Edit = {
  readonly namespace?: string;
  readonly family?: Family;
  readonly table?: TableName;
  readonly before?: string;
  readonly after: string;
  readonly ownership?: StepOwnership;
};

export const EXCLUSIVE: StepOwnership = { kind: 'exclusive', keep: [] };
export const SHARED: StepOwnership = { kind: 'shared', owners: ['fw'] };

/** A plan of these edits and its tables, shaped as the planner makes them; without restore text. Exclusive unless an edit says otherwise. */
export function guardedPlan(edits: readonly Edit[]): { readonly plan: Plan; readonly tables: readonly TablePair[] } {
  const tables = edits.map(({ table = 'filter', before, after }) => ({
    before: before === undefined ? undefined : tableOf(table, before),
    after: tableOf(table, after),
  }));
  const steps = edits.map((edit, index) => stepOf(edit, tables[index]));
  return { plan: { version: 1, namespaces: [], steps, foreign: [] }, tables };
}

function stepOf(edit: Edit, tables: TablePair | undefined): Step {
  const { namespace = 'host', family = 'ipv4', table = 'filter', ownership = EXCLUSIVE } = edit;
  const diff = diffTable(table, tables?.before, tables?.after);
  return {
    namespace: namespace === 'host' ? { kind: 'host' } : { kind: 'named', name: namespace },
    family,
    backend: 'nft',
    table,
    ownership,
    chains: viewTable(pinForeign(diff, ownershipOf(table, ownership)), { context: 2, originOf: () => undefined }),
    edits: [],
    reverse: [],
    before: '',
    after: '',
    created: tables?.before === undefined,
    notes: [],
  };
}
