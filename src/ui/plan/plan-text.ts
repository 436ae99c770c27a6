import type { Plan } from '../../core/plan/types.ts';
import { type Page, type PageOptions, pageOf, withRemarks } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';
import { wrapText } from '../text/wrap-text.ts';
import { printRow } from './print-row.ts';
import { type Row, type RowOptions, rowsOf } from './rows.ts';
import type { Totals } from './totals.ts';

type PlanTitle = {
  /** The command as typed, such as `fw plan`. */
  readonly verb: string;
  readonly host?: string;
  /** Commit of the state, with a word on its cleanness if the caller has one. */
  readonly commit?: string;
  /** What reading and planning took. */
  readonly seconds?: number;
};

export type PlanWords = {
  /** The last line; `Plan: ...` without it. */
  readonly sentence: (totals: Totals) => string;
  /** What the changed namespaces do in the count above, in one and in many: `to change` without it. */
  readonly changed: readonly [one: string, many: string];
  /** What the others do: `already match` without it. */
  readonly matching: string;
  /** What no change means: `No changes. 2 namespaces match the state.` without it. */
  readonly none: (namespaces: string) => string;
};

export type PlanTextOptions = PageOptions &
  RowOptions & {
    readonly title: PlanTitle;
    /** For what is no plan but looks like one. */
    readonly words?: Partial<PlanWords>;
  };

/** A plan as lines for people, without line ends. The same text at every colour setting; no line is cut to the width. */
export function printPlan(plan: Plan, options: PlanTextOptions): string[] {
  const page = pageOf(options);
  const rows = rowsOf(plan, options);
  const [only] = rows;
  if (only?.kind === 'none') return [...printNone(page, only, options)];
  const lines = [...printTitle(page, options.title), ...printCount(page, rows, options.words)];
  let previous: Row['kind'] | undefined;
  for (const row of rows) {
    if ((row.kind === 'attention' || row.kind === 'foreign') && row.kind !== previous) lines.push('');
    for (const line of printRow(page, row, options.words?.sentence)) lines.push(line);
    previous = row.kind;
  }
  return lines;
}

function printNone(page: Page, row: Extract<Row, { kind: 'none' }>, options: PlanTextOptions): readonly string[] {
  const { title, words } = options;
  const verb = row.namespaces === 1 ? 'matches' : 'match';
  const took = title.seconds === undefined ? '' : ` (${title.seconds.toFixed(1)} s)`;
  const all = quantity(row.namespaces, 'namespace');
  const none = words?.none ?? ((matching) => `No changes. ${matching} ${title.commit ?? 'the state'}`);
  const text = page.clean(none(`${all} ${verb}`));
  const foreign = row.foreignRules === 0 ? '' : `   ${quantity(row.foreignRules, 'foreign rule')} left alone.`;
  return wrapText(`${text}${took}.${foreign}`, page.width, '').map((line) => page.paint('good', line));
}

function printTitle(page: Page, title: PlanTitle): readonly string[] {
  const line = page.clean([title.verb, ...(title.host === undefined ? [] : [title.host])].join('  '));
  const took = title.seconds === undefined ? [] : [`read in ${title.seconds.toFixed(1)} s`];
  const remarks = [...(title.commit === undefined ? [] : [page.clean(title.commit)]), ...took];
  return withRemarks(page, { plain: line, painted: page.paint('heading', line) }, remarks, 2);
}

/** How many namespaces there are, before the reader starts on the first. */
function printCount(page: Page, rows: readonly Row[], words: Partial<PlanWords> = {}): readonly string[] {
  const total = rows.findLast((row) => row.kind === 'total')?.totals;
  if (total === undefined) return [];
  const { changedNamespaces, matchingNamespaces } = total;
  const match = matchingNamespaces === 0 ? '' : `, ${matchingNamespaces} ${words.matching ?? 'already match'}`;
  const all = quantity(changedNamespaces + matchingNamespaces, 'namespace');
  const changed = words.changed?.[changedNamespaces === 1 ? 0 : 1] ?? 'to change';
  return wrapText(`${all}: ${changedNamespaces} ${changed}${match}`, page.width, '  ');
}
