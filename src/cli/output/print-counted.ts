import type { CountedSince } from '../../app/query/count-since.ts';
import type { ListedCounters } from '../../app/query/list-counters.ts';
import { isInScope, isWanted, type Order, type RowFilter, sortRows } from '../../core/counters/choose-rows.ts';
import { counterDocument, goneDocument, sinceDocument } from '../../core/counters/counter-document.ts';
import type { OwnedRow } from '../../core/counters/types.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printCounters, printSorted } from '../../ui/answers/print-counters.ts';
import { printLeft, printSince } from '../../ui/answers/print-since.ts';
import type { Page } from '../../ui/text/page.ts';
import { quantity } from '../../ui/text/quantity.ts';

export type Chosen = { readonly filter: RowFilter; readonly order: Order; readonly top: number | undefined };

/** Counters as they are: lines of text, or of JSON. */
export function printListed(
  listed: Pick<ListedCounters, 'rows' | 'isKnown' | 'backends'>,
  chosen: Chosen,
  page: Page | 'json',
): readonly string[] {
  const rows = chooseRows(listed.rows, chosen);
  if (page === 'json') return rows.map((row) => jsonText(counterDocument(row)));
  return rows.length === 0 ? noneOf(listed) : printerOf(chosen)({ ...listed, rows }, page);
}

/** Why there is no row, and what to do. */
function noneOf({ rows, backends }: Pick<ListedCounters, 'rows' | 'backends'>): readonly string[] {
  if (rows.length > 0) {
    return [
      `No counter is as asked for. Without the filters: ${quantity(rows.length, 'counter')} of rules and policies.`,
    ];
  }
  const where = [...backends.keys()].join(', ');
  return [
    `Nothing is counted in ${where}: iptables has no rule and no policy there.`,
    'Other namespaces: --namespace NAME, or --namespace "*" for all that have a name. To begin with rules: fw init.',
  ];
}

/** What was counted since the last call of a reader. People see what counted something or is told anew; programs see all. */
export function printCounted(
  reader: string,
  counted: CountedSince,
  chosen: Chosen,
  page: Page | 'json',
): readonly string[] {
  const { namespaces, isKnown } = counted;
  const gone = counted.gone.filter((one) =>
    isInScope({ ...one, position: one.text === 'policy' ? undefined : 1 }, chosen.filter),
  );
  const rows = chooseRows(counted.rows, chosen);
  if (page === 'json') {
    return [
      ...namespaces.map((one) => jsonText(sinceDocument(reader, one))),
      ...rows.map((row) => jsonText(counterDocument(row))),
      ...gone.map((one) => jsonText(goneDocument(one))),
    ];
  }
  const told = rows.filter(hasCounted);
  const counting = counted.rows.filter(hasCounted).length;
  const left = { same: counted.rows.length - counting, filtered: counting - told.length };
  const lines = printerOf(chosen)({ rows: told, isKnown }, page);
  return [
    ...printSince(reader, namespaces, page),
    '',
    ...lines,
    ...(lines.length === 0 ? [] : ['']),
    ...printLeft(gone, left, page),
  ];
}

function hasCounted({ counters, change }: CountedSince['rows'][number]): boolean {
  return counters[0] !== '0' || counters[1] !== '0' || change === 'restarted';
}

/** The rows that are wanted, in their order. */
export function chooseRows<R extends OwnedRow>(rows: readonly R[], { filter, order, top }: Chosen): readonly R[] {
  const wanted = rows.filter((row) => isWanted(row, filter));
  return sortRows(wanted, order).slice(0, top);
}

function printerOf({ order }: Chosen): typeof printCounters {
  return order === 'position' ? printCounters : printSorted;
}
