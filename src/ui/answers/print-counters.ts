import type { Difference } from '../../core/counters/differences.ts';
import { type OwnedRow, type Owner, rowAddress } from '../../core/counters/types.ts';
import type { Page } from '../text/page.ts';
import { withRemarks } from '../text/page.ts';

type ShownRow = OwnedRow | Difference<OwnedRow>;

export type ShownCounters = {
  /** In the order in which they are shown. */
  readonly rows: readonly ShownRow[];
  /** False where the data folder knows of no apply: then no rule is shown with the apply that brought it. */
  readonly isKnown: boolean;
};

/** Columns: position, packets, bytes. */
type Widths = readonly [position: number, packets: number, bytes: number];

const GAP = '  ';

/** Counters in the order of packets: a block for each table, a rule on a line. Rules are never cut, so that they copy as one line. */
export function printCounters({ rows, isKnown }: ShownCounters, page: Page): readonly string[] {
  const lines: string[] = [];
  for (const table of groupsOf(rows, ({ namespace, backend, family, table }) => [namespace, backend, family, table])) {
    const [first] = table;
    if (first === undefined) continue;
    const widths = widthsOf(table);
    if (lines.length > 0) lines.push('');
    const { namespace, family, backend } = first;
    lines.push(page.paint('heading', `${page.clean(namespace)}  ${family} ${first.table}  (${backend})`));
    lines.push(page.paint('faint', cells(['#', 'packets', 'bytes'], widths)));
    for (const chain of groupsOf(table, (row) => [row.chain])) {
      lines.push(`  ${page.clean(chain[0]?.chain ?? '')}`);
      for (const row of chain) lines.push(...printRow(row, widths, isKnown, page));
    }
  }
  return lines;
}

/** Counters in another order: each row with its address, and the rule below it. */
export function printSorted({ rows, isKnown }: ShownCounters, page: Page): readonly string[] {
  const [, ...widths] = widthsOf(rows);
  const indent = ' '.repeat(2 * GAP.length + widths[0] + widths[1]);
  const head = [['packets', 'bytes', 'where'].map((word, at) => word.padStart(widths[at] ?? 0)).join(GAP)];
  return [
    ...(rows.length === 0 ? [] : head.map((line) => page.paint('faint', line))),
    ...rows.flatMap((row) => {
      const [packets, bytes] = row.counters;
      const line = [packets.padStart(widths[0]), bytes.padStart(widths[1]), page.clean(rowAddress(row))].join(GAP);
      const shown = withRemarks(page, { plain: line, painted: line }, remarksOf(row, isKnown, page), indent.length);
      return [...shown, `${indent}${page.clean(row.text)}`];
    }),
  ];
}

function printRow(row: ShownRow, widths: Widths, isKnown: boolean, page: Page): readonly string[] {
  const place = row.position === undefined ? '-' : String(row.position);
  const counted = cells([place, ...row.counters], widths);
  const line = `${counted}${GAP}${page.clean(row.text)}`;
  return withRemarks(page, { plain: line, painted: line }, remarksOf(row, isKnown, page), counted.length + 4);
}

function cells(words: readonly [string, string, string], widths: Widths): string {
  return `    ${words.map((word, at) => word.padStart(widths[at] ?? 0)).join(GAP)}`;
}

function widthsOf(rows: readonly OwnedRow[]): Widths {
  const most = (least: number, lengthOf: (row: OwnedRow) => number) =>
    rows.reduce((width, row) => Math.max(width, lengthOf(row)), least);
  return [
    most(1, ({ position }) => String(position ?? '-').length),
    most('packets'.length, ({ counters }) => counters[0].length),
    most('bytes'.length, ({ counters }) => counters[1].length),
  ];
}

function remarksOf(row: ShownRow, isKnown: boolean, page: Page): readonly string[] {
  const { owner, isSure } = row;
  const change = 'change' in row ? changeWords(row) : [];
  return [...(isSure ? [] : ['none, or not counted']), ...change, ...ownerWords(owner, isKnown, page)];
}

function changeWords({ change, isUnsure }: Difference): readonly string[] {
  const words = { counted: [], first: [], new: ['new'], restarted: ['went down: from 0'] }[change];
  return [...words, ...(isUnsure ? ['one of equal rules'] : [])];
}

/** Who brought it. A state without a name is called fw. */
function ownerWords(owner: Owner, isKnown: boolean, page: Page): readonly string[] {
  if (owner.kind === 'program') return [page.clean(owner.program)];
  if (owner.kind === 'kernel') return [];
  if (owner.kind === 'foreign') return isKnown ? ['foreign'] : [];
  const { state, generation, isOldest, origin } = owner;
  const name = state === '' || state.includes('/') ? 'fw' : `fw ${page.clean(state)}`;
  return [
    `${name}, generation ${generation}${isOldest === true ? ' or earlier' : ''}`,
    ...(origin === undefined ? [] : [page.clean(origin)]),
  ];
}

/** Runs of neighbours with equal keys. */
function groupsOf(rows: readonly ShownRow[], keyOf: (row: ShownRow) => readonly string[]): readonly ShownRow[][] {
  const groups: ShownRow[][] = [];
  let last: string | undefined;
  for (const row of rows) {
    const key = keyOf(row).join('\n');
    if (key === last) groups.at(-1)?.push(row);
    else groups.push([row]);
    last = key;
  }
  return groups;
}
