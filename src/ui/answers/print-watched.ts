import type { Difference } from '../../core/counters/differences.ts';
import { type OwnedRow, rowAddress } from '../../core/counters/types.ts';
import { displayWidth } from '../text/display-width.ts';
import { localTime } from '../text/local-time.ts';
import type { Page } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';
import { shortNumber } from '../text/short-number.ts';

/** One look at the counters, as it is shown. */
export type Watched = {
  readonly at: Date;
  /** Since the look before this one; undefined for the first, which has no rates. */
  readonly seconds: number | undefined;
  /** Those that are wanted, in the order in which they are shown. */
  readonly rows: readonly Difference<OwnedRow>[];
};

/** Why the last look failed, and when. */
export type WatchFault = { readonly at: Date; readonly message: string };

const HEAD = ['packets/s', 'bytes/s', 'packets'] as const;
const GAP = '  ';
/** From here on a rule stands beside its address; on a narrower screen below it, since its end, which has the target, tells the most. */
const WIDE = 110;

/** A screen of counters: never more rows than it has, and no row wider than it. */
export function watchedScreen(
  { at, seconds, rows }: Watched,
  fault: WatchFault | undefined,
  page: Page,
  size: { readonly width: number; readonly rows: number },
): readonly string[] {
  const within = (line: string) => cut(line, size.width, page);
  const isWide = size.width >= WIDE;
  const room = Math.max(1, Math.floor((size.rows - 4) / (isWide ? 1 : 2)));
  const counts = rows.filter(hasCounted).length;
  const more = rows.length > room ? `, ${room} shown` : '';
  const body = rows.slice(0, room).flatMap((row) => {
    const numbers = cells(
      ratesOf(row, seconds)
        .map(short)
        .concat(shortNumber(Number(row.whole[0]))),
    );
    const where = `${numbers}${GAP}${page.clean(rowAddress(row))}`;
    const text = page.clean(row.text);
    return isWide ? [within(`${where}${GAP}${text}`)] : [within(where), within(`    ${text}`)];
  });
  const time = localTime(at.toISOString()).slice(11);
  const every = seconds === undefined ? 'rates from the next look on' : `${seconds.toFixed(1)} s`;
  return [
    page.paint('heading', within(`fw counters  ${time}  ${every}  q ends`)),
    within(
      fault === undefined
        ? `${counts} of ${quantity(rows.length, 'counter')} counted${more}`
        : `Not read at ${localTime(fault.at.toISOString()).slice(11)}: ${page.clean(fault.message)}`,
    ),
    page.paint('faint', within(`${cells(HEAD)}${GAP}where`)),
    ...body,
  ];
}

/** The same as lines for a pipe or a log: exact, never cut, and only of what counted. */
export function watchedLines({ at, seconds, rows }: Watched, page: Page): readonly string[] {
  const time = localTime(at.toISOString());
  if (seconds === undefined) return [`${time}  ${quantity(rows.length, 'counter')}; rates from the next look on`];
  const counting = rows.filter(hasCounted);
  const lines = counting.map((row) => {
    const numbers = ratesOf(row, seconds).map((rate) => (rate === undefined ? '-' : rate.toFixed(1)));
    return `${cells([...numbers, row.whole[0]])}${GAP}${page.clean(rowAddress(row))}${GAP}${page.clean(row.text)}`;
  });
  const head = `${time}  ${seconds.toFixed(1)} s, ${counting.length} of ${quantity(rows.length, 'counter')} counted`;
  return lines.length === 0 ? [head] : [head, page.paint('faint', `${cells(HEAD)}${GAP}where`), ...lines];
}

/** Packets and bytes a second. Of a counter that is new, or that began anew, it is not known since when it counts. */
function ratesOf({ change, counters }: Difference, seconds: number | undefined): readonly (number | undefined)[] {
  if (seconds === undefined || seconds <= 0 || change !== 'counted') return [undefined, undefined];
  return counters.map((count) => Number(count) / seconds);
}

function hasCounted({ counters, change }: Difference): boolean {
  return change !== 'first' && counters[0] !== '0';
}

function short(rate: number | undefined): string {
  return rate === undefined ? '-' : shortNumber(rate);
}

function cells(words: readonly string[]): string {
  return words.map((word, at) => word.padStart(HEAD[at]?.length ?? 0)).join(GAP);
}

/** A line that is too wide ends in a mark. */
function cut(line: string, width: number, page: Page): string {
  if (displayWidth(line) <= width) return line;
  const mark = page.clean('…').length === 1 ? '…' : '...';
  let kept = '';
  for (const character of line) {
    if (displayWidth(kept + character) > width - mark.length) break;
    kept += character;
  }
  return `${kept}${mark}`;
}
