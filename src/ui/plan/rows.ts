import type { ChainChange, Line } from '../../core/diff/types.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { Backend, Family, Policy, TableName } from '../../core/rules/types.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { foreignGroups } from './foreign-labels.ts';
import { foldPlan, type Group, type Hunk } from './group-alike.ts';
import { carried, type RecapItem, recapOf } from './recap.ts';
import { type Totals, totalsOf } from './totals.ts';

/** A finding that needs a reader's eye before anything else, such as a guard. */
type Attention = { readonly code: string; readonly message: string };

/** One thing that is shown. What is in here is shown at every width, with and without colour. */
export type Row =
  | { readonly kind: 'attention'; readonly attention: Attention }
  | {
      readonly kind: 'namespace';
      readonly names: readonly string[];
      readonly everyName: boolean;
      readonly backends: readonly Backend[];
      readonly alsoHeldBy?: Backend;
    }
  | {
      readonly kind: 'chain';
      readonly table: TableName;
      readonly name: string;
      readonly families: readonly Family[];
      readonly status: ChainChange['status'];
      readonly rules: number;
      readonly differs: boolean;
    }
  | { readonly kind: 'set'; readonly step: SetStep }
  /** Heads the two position columns. `last`, here and below, is the highest position that stands in them. */
  | { readonly kind: 'columns'; readonly last: number }
  | { readonly kind: 'line'; readonly line: Line; readonly last: number }
  | {
      readonly kind: 'policy';
      readonly from: Policy;
      readonly to: Policy;
      readonly origin?: string;
      readonly last: number;
    }
  /** Stands for the lines of a chain when the plan is too long; removals that carried traffic follow all the same. */
  | { readonly kind: 'counts'; readonly counts: LineCounts; readonly last: number }
  | { readonly kind: 'note'; readonly table: TableName; readonly families: readonly Family[]; readonly text: string }
  | {
      readonly kind: 'foreign';
      readonly labels: readonly string[];
      readonly rules: number;
      readonly names: readonly string[];
    }
  | { readonly kind: 'limit'; readonly changed: number }
  | { readonly kind: 'recap'; readonly items: readonly RecapItem[] }
  | { readonly kind: 'total'; readonly totals: Totals }
  | { readonly kind: 'none'; readonly namespaces: number; readonly foreignRules: number };

type LineCounts = Readonly<Record<'add' | 'change' | 'move' | 'remove', number>>;

export type RowOptions = {
  /** Every changed rule and every name, however many. */
  readonly full: boolean;
  /** Changed rules, identical ones counted once, beyond which chains are only counted. */
  readonly limit?: number;
  readonly attention?: readonly Attention[];
};

const LIMIT = 400;

/** A plan as rows. This is the only place that decides what is shown and in which order; the printer only lays it out. */
export function rowsOf(plan: Plan, options: RowOptions): readonly Row[] {
  if (!hasChanges(plan)) return [noChange(plan)];
  const groups = foldPlan(plan);
  const changed = groups.reduce((sum, group) => sum + changedLines(group), 0);
  const brief = !options.full && changed > (options.limit ?? LIMIT);
  return [
    ...(options.attention ?? []).map((attention) => ({ kind: 'attention', attention }) as const),
    ...groups.flatMap((group) => groupRows(group, options.full, brief)),
    ...foreignGroups(plan.foreign).map((group) => ({ kind: 'foreign', ...group }) as const),
    ...(brief ? [{ kind: 'limit', changed } as const] : []),
    ...recapRows(groups),
    { kind: 'total', totals: totalsOf(plan) },
  ];
}

function noChange(plan: Plan): Row {
  const foreignRules = plan.foreign.reduce((sum, one) => sum + one.rules, 0);
  return { kind: 'none', namespaces: plan.namespaces.length, foreignRules };
}

function changedLines(group: Group): number {
  return group.hunks.reduce((sum, { change }) => sum + change.lines.filter(isChange).length, 0);
}

function isChange(line: Line): boolean {
  return line.kind !== 'keep' && line.kind !== 'skip';
}

function groupRows(group: Group, full: boolean, brief: boolean): readonly Row[] {
  const last = lastPosition(group);
  const { names, backends, alsoHeldBy } = group;
  const also = alsoHeldBy === undefined ? {} : { alsoHeldBy };
  const rows: Row[] = [{ kind: 'namespace', names, everyName: full, backends, ...also }];
  for (const step of group.sets) rows.push({ kind: 'set', step });
  let headed = false;
  for (const hunk of group.hunks) {
    const lines = brief ? hunk.change.lines.filter((line) => carried(line) !== undefined) : hunk.change.lines;
    rows.push(chainRow(hunk));
    if (!headed && lines.length > 0) rows.push({ kind: 'columns', last });
    headed ||= lines.length > 0;
    if (brief) rows.push({ kind: 'counts', counts: countLines(hunk.change.lines), last });
    for (const line of lines) rows.push({ kind: 'line', line, last });
    if (hunk.change.policy !== undefined) rows.push({ kind: 'policy', ...hunk.change.policy, last });
  }
  for (const note of group.notes) rows.push({ kind: 'note', ...note });
  return rows;
}

function chainRow({ table, families, change: { name, status, lines }, differs }: Hunk): Row {
  return { kind: 'chain', table, name, families, status, rules: lines.filter(isChange).length, differs };
}

function countLines(lines: readonly Line[]): LineCounts {
  const counts = { add: 0, change: 0, move: 0, remove: 0 };
  for (const line of lines) if (line.kind !== 'keep' && line.kind !== 'skip') counts[line.kind]++;
  return counts;
}

function lastPosition(group: Group): number {
  let last = 0;
  for (const { change } of group.hunks) {
    for (const line of change.lines) {
      if ('from' in line) last = Math.max(last, line.from);
      if ('to' in line) last = Math.max(last, line.to);
    }
  }
  return last;
}

function recapRows(groups: readonly Group[]): readonly Row[] {
  const items = recapOf(groups);
  return items.length === 0 ? [] : [{ kind: 'recap', items }];
}
