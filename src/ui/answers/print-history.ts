import type { Commit, GenerationSummary } from '../../core/generation/types.ts';
import type { WhyBack } from '../../core/journal/types.ts';
import type { WentBack } from '../../core/journal/went-back.ts';
import type { Signer } from '../../core/transitions/transitions.ts';
import { cleanText } from '../text/clean-text.ts';

const WORDS: Readonly<Record<WhyBack, string>> = {
  failed: 'it failed',
  'check failed': 'a check failed',
  interrupted: 'interrupted',
  died: 'fw died',
  'not confirmed': 'not confirmed',
  rejected: 'rejected',
  booted: 'rebooted before it was confirmed',
};

type HistoryGeneration = {
  readonly number: number;
  readonly at: string;
  readonly operator: string;
  readonly state: string;
  /** Names of the states that the apply was about. */
  readonly applied: readonly string[];
  readonly commit?: Commit | null;
  readonly signer?: Signer;
  readonly summary: GenerationSummary;
};

/** One line of the history: what was there before fw, a generation, or an apply that was rolled back. */
type HistoryEntry =
  | { readonly kind: 'before'; readonly entry: { readonly at: string } }
  | { readonly kind: 'generation'; readonly entry: HistoryGeneration }
  | { readonly kind: 'went-back'; readonly entry: WentBack };

/** One line for each apply, newest last, where the eye is. One that was rolled back has no number. States are named where there are several. */
export function printHistory(items: readonly HistoryEntry[]): readonly string[] {
  if (items.length === 0) return ['No generation yet: nothing was applied and kept.'];
  const isSigned = items.some((item) => item.kind !== 'before' && item.entry.signer !== undefined);
  const names = new Set(items.flatMap((item) => (item.kind === 'generation' ? item.entry.applied : [])));
  const hasStates = names.size > 1;
  const rows = items.map((item) => {
    if (item.kind === 'before')
      return [
        '0',
        item.entry.at.slice(0, 19),
        '',
        'before fw',
        '',
        ...(isSigned ? [''] : []),
        ...(hasStates ? [''] : []),
        '',
      ];
    const { at, operator, state, commit, signer } = item.entry;
    return [
      item.kind === 'generation' ? String(item.entry.number) : '-',
      at.slice(0, 19),
      cleanText(operator, true),
      item.kind === 'generation' ? countsText(item.entry.summary) : whyBackText(item.entry.why),
      commit === null || commit === undefined ? '' : `${commit.id.slice(0, 12)}${commit.dirty ? ' (dirty)' : ''}`,
      ...(isSigned ? [cleanText(signer?.principal ?? '', true)] : []),
      ...(hasStates ? [item.kind === 'generation' ? cleanText(item.entry.applied.join(', '), true) : ''] : []),
      cleanText(state, true),
    ];
  });
  const head = [
    '#',
    'when (UTC)',
    'by',
    'rules',
    'commit',
    ...(isSigned ? ['signed by'] : []),
    ...(hasStates ? ['state'] : []),
    'from',
  ];
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function countsText(summary: GenerationSummary): string {
  const { add, change, move, remove, sets } = summary;
  const setsText = sets === undefined ? '' : `, sets ${sets.changed} (+${sets.added} -${sets.removed})`;
  return `+${add} ~${change} >${move} -${remove}${setsText}`;
}

/** Why an apply was rolled back, for people. */
export function whyBackText(why: WhyBack | undefined): string {
  return why === undefined ? 'rolled back' : `rolled back: ${WORDS[why]}`;
}
