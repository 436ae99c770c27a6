import type { Blamed } from '../../core/generation/blame.ts';
import { cleanText } from '../text/clean-text.ts';

/** One line a rule: who brought it, and the rule, which is never cut. */
export function printBlame(rules: readonly Blamed[]): readonly string[] {
  if (rules.length === 0) return ['The chain holds no rule.'];
  const rows = rules.map(({ position, text, since }) => {
    if (since === undefined) return [String(position), '-', '', 'nobody that fw knows', '', text];
    const { generation, isOldest, at, operator, commit, origin } = since;
    return [
      String(position),
      isOldest ? `${generation} or earlier` : String(generation),
      at.slice(0, 10),
      `${operator} ${commit?.slice(0, 12) ?? ''}`.trimEnd(),
      origin ?? '',
      text,
    ];
  });
  const head = ['#', 'generation', 'since', 'by', 'from', 'rule'];
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const last = head.length - 1;
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === last ? cell : cell.padEnd(widths[column] ?? 0)))
      .map((cell) => cleanText(cell, true))
      .join('  '),
  );
}
