import type { OwnedRow, Owner } from '../../core/counters/types.ts';
import type { BlamePlace } from '../../core/generation/blame.ts';
import { cleanText } from '../text/clean-text.ts';
import { columns, columnsWithin } from '../text/columns.ts';
import { displayWidth } from '../text/display-width.ts';
import { localTime } from '../text/local-time.ts';

type BlamedChain = { readonly place: BlamePlace; readonly rows: readonly OwnedRow[] };

/** Each chain below a title: one line a rule, who brought it, what it counted, and the rule, which is never cut. */
export function printBlame(chains: readonly BlamedChain[], asked: string, width: number): readonly string[] {
  return chains.flatMap(({ place, rows }, index) => [
    ...(index === 0 ? [] : ['']),
    cleanText(titleOf(place, asked), true),
    ...rowsOf(rows, width),
  ]);
}

function titleOf({ namespace, family, table, chain }: BlamePlace, asked: string): string {
  const what =
    chain === asked ? 'as it is in the kernel' : `by its name the ${asked} of ${chain.slice(0, -asked.length - 1)}`;
  return `${namespace} ${family} ${table} ${chain}, ${what}`;
}

function rowsOf(rows: readonly OwnedRow[], width: number): readonly string[] {
  if (rows.length === 0) return ['The chain holds no rule.'];
  const table = [['#', 'generation', 'since', 'by', 'from', 'packets', 'bytes', 'rule'], ...rows.map(cellsOf)];
  const whole = columns(table, new Set());
  if (whole.every((line) => displayWidth(line) <= width)) return whole;
  // What is short stands in columns; below it who brought the rule, and the rule.
  const narrow = table.map(
    ([place = '', generation = '', since = '', by = '', from = '', packets = '', bytes = '', rule = '']) => [
      ...[place, generation, since, packets, bytes],
      ...[by, from, rule],
    ],
  );
  return columnsWithin(width, narrow);
}

function cellsOf({ position, text, counters, owner, isSure }: OwnedRow): readonly string[] {
  const place = position === undefined ? '-' : String(position);
  return [place, ...ownerCells(owner), ...(isSure ? counters : ['?', '?']), text].map((cell) => cleanText(cell, true));
}

/** Generation, since when, by whom, and where it is written. */
function ownerCells(owner: Owner): readonly [string, string, string, string] {
  switch (owner.kind) {
    case 'state': {
      const { generation, isOldest, at, operator, commit, origin } = owner;
      return [
        isOldest ? `${generation} or earlier` : String(generation),
        localTime(at).slice(0, 10),
        `${operator} ${commit?.slice(0, 12) ?? ''}`.trimEnd(),
        origin ?? '',
      ];
    }
    case 'program':
      return ['-', '', `${owner.program}, by the name of the chain`, ''];
    case 'foreign':
      return ['-', '', 'nobody that fw knows', ''];
    case 'kernel':
      return ['-', '', 'the kernel', ''];
    default:
      return owner satisfies never;
  }
}
