import type { Plan } from '../core/plan/types.ts';
import { type Page, type PageOptions, pageOf, withRemarks } from './page.ts';
import { printRow } from './print-row.ts';
import { quantity } from './quantity.ts';
import { type Row, type RowOptions, rowsOf } from './rows.ts';
import type { Totals } from './totals.ts';
import { wrapText } from './wrap-text.ts';

export type PlanTitle = {
  /** The command as typed, such as `fw plan`. */
  readonly verb: string;
  readonly host?: string;
  /** Commit of the state, with a word on its cleanness if the caller has one. */
  readonly commit?: string;
  /** What reading and planning took. */
  readonly seconds?: number;
};

export type PlanTextOptions = PageOptions &
  RowOptions & {
    readonly title: PlanTitle;
    /** The last line, for what is no plan but looks like one; `Plan: ...` without it. */
    readonly sentence?: (totals: Totals) => string;
  };

/** A plan as lines for people, without line ends. The same text at every colour setting; no line is cut to the width. */
export function printPlan(plan: Plan, options: PlanTextOptions): string[] {
  const page = pageOf(options);
  const rows = rowsOf(plan, options);
  const [only] = rows;
  if (only?.kind === 'none') return [...printNone(page, only, options.title)];
  const lines = [...printTitle(page, options.title), ...printCount(page, rows)];
  let previous: Row['kind'] | undefined;
  for (const row of rows) {
    if ((row.kind === 'attention' || row.kind === 'foreign') && row.kind !== previous) lines.push('');
    for (const line of printRow(page, row, options.sentence)) lines.push(line);
    previous = row.kind;
  }
  return lines;
}

function printNone(page: Page, row: Extract<Row, { kind: 'none' }>, title: PlanTitle): readonly string[] {
  const verb = row.namespaces === 1 ? 'matches' : 'match';
  const source = title.commit === undefined ? 'the state' : page.clean(title.commit);
  const took = title.seconds === undefined ? '' : ` (${title.seconds.toFixed(1)} s)`;
  const text = `No changes. ${quantity(row.namespaces, 'namespace')} ${verb} ${source}${took}.`;
  const foreign = row.foreignRules === 0 ? '' : `   ${quantity(row.foreignRules, 'foreign rule')} left alone.`;
  return wrapText(text + foreign, page.width, '').map((line) => page.paint('good', line));
}

function printTitle(page: Page, title: PlanTitle): readonly string[] {
  const line = page.clean([title.verb, ...(title.host === undefined ? [] : [title.host])].join('  '));
  const took = title.seconds === undefined ? [] : [`read in ${title.seconds.toFixed(1)} s`];
  const remarks = [...(title.commit === undefined ? [] : [page.clean(title.commit)]), ...took];
  return withRemarks(page, { plain: line, painted: page.paint('heading', line) }, remarks, 2);
}

/** How many namespaces there are, before the reader starts on the first. */
function printCount(page: Page, rows: readonly Row[]): readonly string[] {
  const total = rows.findLast((row) => row.kind === 'total')?.totals;
  if (total === undefined) return [];
  const { changedNamespaces, matchingNamespaces } = total;
  const match = matchingNamespaces === 0 ? '' : `, ${matchingNamespaces} already match`;
  const all = quantity(changedNamespaces + matchingNamespaces, 'namespace');
  return wrapText(`${all}: ${changedNamespaces} to change${match}`, page.width, '  ');
}
