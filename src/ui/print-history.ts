import type { Commit, GenerationSummary } from '../core/generation/types.ts';
import type { Signer } from '../core/plan-file/signer.ts';
import { cleanText } from './clean-text.ts';

export type HistoryEntry = {
  readonly number: number;
  readonly at: string;
  readonly operator: string;
  readonly state: string;
  readonly commit?: Commit | null;
  readonly signer?: Signer;
  readonly summary: GenerationSummary;
  readonly namespaces: number;
};

/** One line a generation, newest last, where the eye is. */
export function printHistory(entries: readonly HistoryEntry[]): readonly string[] {
  if (entries.length === 0) return ['No generation yet: nothing was applied and kept.'];
  const isSigned = entries.some(({ signer }) => signer !== undefined);
  const rows = entries.map(({ number, at, operator, state, commit, summary, signer }) => [
    String(number),
    at.slice(0, 19),
    cleanText(operator, true),
    `+${summary.add} ~${summary.change} >${summary.move} -${summary.remove}${setsText(summary)}`,
    commit === null || commit === undefined ? '' : `${commit.id.slice(0, 12)}${commit.dirty ? ' (dirty)' : ''}`,
    ...(isSigned ? [cleanText(signer?.principal ?? '', true)] : []),
    cleanText(state, true),
  ]);
  const head = ['#', 'applied (UTC)', 'by', 'rules', 'commit', ...(isSigned ? ['signed by'] : []), 'from'];
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function setsText({ sets }: GenerationSummary): string {
  return sets === undefined ? '' : `, sets ${sets.changed} (+${sets.added} -${sets.removed})`;
}
