import { familiesText } from '../text/families-text.ts';
import { nameList } from '../text/name-list.ts';
import { type Page, withRemarks } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';
import { SIGNS } from '../text/theme.ts';
import { wrapClauses, wrapText } from '../text/wrap-text.ts';
import { columnWidth, gutterWidth, printLine, printPolicy } from './print-line.ts';
import type { Row } from './rows.ts';
import { setText } from './set-text.ts';
import { planSentence, type Totals } from './totals.ts';

type RowOf<Kind extends Row['kind']> = Extract<Row, { kind: Kind }>;

// Owners of foreign chains that are named; the rest is a number.
const MOST_LABELS = 8;

/** The lines of one row, blank lines above it included. */
export function printRow(page: Page, row: Row, sentence: (totals: Totals) => string = planSentence): readonly string[] {
  switch (row.kind) {
    case 'line':
      return printLine(page, row.line, row.last);
    case 'policy':
      return printPolicy(page, row, row.last);
    case 'attention':
      return printAttention(page, row);
    case 'namespace':
      return printNamespace(page, row);
    case 'chain':
      return [printChain(page, row)];
    case 'set':
      return wrapText(`  set  ${page.clean(setText(row.step))}`, page.width, '       ').map((line) =>
        page.paint(row.step.change === 'destroy' ? 'remove' : row.step.change === 'create' ? 'add' : 'change', line),
      );
    case 'columns':
      return printColumns(page, row);
    case 'counts':
      return printCounts(page, row);
    case 'note':
      return wrapText(
        `  note: ${row.table} ${familiesText(row.families)}: ${page.clean(row.text)}`,
        page.width,
        '        ',
      );
    case 'foreign':
      return printForeign(page, row);
    case 'limit':
      return printLimit(page, row);
    case 'recap':
      return printRecap(page, row);
    case 'total':
      return [
        '',
        ...wrapClauses(sentence(row.totals), page.width, '      ').map((line) => page.paint('heading', line)),
      ];
    case 'none':
      return [];
    default:
      return row satisfies never;
  }
}

function printAttention(page: Page, { attention }: RowOf<'attention'>): readonly string[] {
  const text = `${SIGNS.attention} ${page.clean(attention.code)}  ${page.clean(attention.message)}`;
  return wrapText(text, page.width, '    ').map((line) => page.paint('attention', line));
}

function printNamespace(page: Page, row: RowOf<'namespace'>): readonly string[] {
  const names = page.clean(nameList(row.names));
  const also = row.alsoHeldBy === undefined ? '' : `, ${row.alsoHeldBy} holds rules too`;
  const backends = row.backends.join(', ') + also;
  const shared = row.names.length > 1 ? [`(${quantity(row.names.length, 'namespace')}, same change, shown once)`] : [];
  const heading = [names, ...shared].join('   ');
  const line = page.wide || heading.length + backends.length + 3 > page.width ? heading : `${heading}   ${backends}`;
  const every =
    row.everyName && row.names.length > 1 ? wrapText(`    ${page.clean(row.names.join(' '))}`, page.width, '    ') : [];
  return [
    '',
    ...withRemarks(page, { plain: line, painted: page.paint('heading', line) }, line === heading ? [backends] : [], 2),
    ...every,
  ];
}

function printChain(page: Page, row: RowOf<'chain'>): string {
  const remarks = [
    ...(row.status === 'changed' ? [] : [`${row.status} chain, ${quantity(row.rules, 'rule')}`]),
    ...(row.differs ? [`${row.families[0] === 'ipv4' ? 'IPv6' : 'IPv4'} differs`] : []),
  ];
  const remark = remarks.length === 0 ? '' : `   (${remarks.join(', ')})`;
  return `  ${row.table}  ${page.paint('heading', page.clean(row.name))}  ${familiesText(row.families)}${remark}`;
}

function printColumns(page: Page, { last }: RowOf<'columns'>): readonly string[] {
  if (!page.wide) return [];
  const column = columnWidth(page, last);
  return [page.paint('faint', `  ${'old'.padStart(column)}${'new'.padStart(column)}`)];
}

function printCounts(page: Page, { counts, last }: RowOf<'counts'>): readonly string[] {
  const parts = (['add', 'change', 'move', 'remove'] as const).flatMap((kind) =>
    counts[kind] === 0 ? [] : [page.paint(kind, `${SIGNS[kind]} ${counts[kind]} to ${kind}`)],
  );
  return parts.length === 0 ? [] : [' '.repeat(gutterWidth(page, last) - 2) + parts.join('   ')];
}

function printForeign(page: Page, row: RowOf<'foreign'>): readonly string[] {
  const labels = row.labels.slice(0, MOST_LABELS).map(page.clean).join(', ');
  const more = row.labels.length > MOST_LABELS ? ` and ${row.labels.length - MOST_LABELS} more` : '';
  const text = `Left alone: ${labels}${more}  ${quantity(row.rules, 'rule')} (${page.clean(nameList(row.names))})`;
  return wrapText(text, page.width, '    ').map((line) => page.paint('faint', line));
}

function printLimit(page: Page, { changed }: RowOf<'limit'>): readonly string[] {
  const text = `${changed} different changes: chains are counted above; removals that carried traffic and policies are shown.`;
  return ['', ...wrapText(text, page.width, '  '), '  See every rule:  the same command with --full'];
}

function printRecap(page: Page, { items }: RowOf<'recap'>): readonly string[] {
  return ['', page.paint('heading', 'Recap'), ...items.flatMap((item) => printItem(page, item))];
}

function printItem(page: Page, { label, text }: RowOf<'recap'>['items'][number]): readonly string[] {
  return wrapText(`  ${label}  ${page.clean(text)}`, page.width, '          ').map((line) =>
    page.paint(label === 'policy' ? 'attention' : 'change', line),
  );
}
