import type { Commit, GenerationSummary } from '../../core/generation/types.ts';
import type { WhyBack } from '../../core/journal/types.ts';
import type { WentBack } from '../../core/journal/went-back.ts';
import { numberRanges } from '../../core/text/number-ranges.ts';
import type { Signer } from '../../core/transitions/transitions.ts';
import { cleanText } from '../text/clean-text.ts';
import { columnsWithin } from '../text/columns.ts';
import { localTime } from '../text/local-time.ts';

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
  /** What is wrong with its receipt. */
  readonly receipt?: 'missing' | 'damaged';
};

/** One line of the history: what was there before fw, a generation, or an apply that was rolled back. */
type HistoryEntry =
  | { readonly kind: 'before'; readonly entry: { readonly at: string } }
  | { readonly kind: 'generation'; readonly entry: HistoryGeneration }
  | { readonly kind: 'went-back'; readonly entry: WentBack };

/** The numbers below the newest generation that none of these has, as ranges, and from when on none is missing; undefined where all are there. */
function goneText(kept: readonly HistoryGeneration[]): string | undefined {
  const numbers = new Set(kept.map(({ number }) => number));
  const gone = Array.from({ length: kept.at(-1)?.number ?? 0 }, (_, at) => at + 1).filter((one) => !numbers.has(one));
  const since = kept.find(({ number }) => number > (gone.at(-1) ?? 0));
  if (since === undefined || gone.length === 0) return undefined;
  return `Generations that are not kept any more: ${numberRanges(gone)}. None is missing since ${since.number}, of ${localTime(since.at)}.`;
}

/** What is not there of all that was applied and kept: generations below the newest, and receipts. */
function missingLines(items: readonly HistoryEntry[]): readonly string[] {
  const kept = items.flatMap((item) => (item.kind === 'generation' ? [item.entry] : []));
  const receipts = (fault: 'missing' | 'damaged', what: string) => {
    const found = kept.flatMap(({ number, receipt }) => (receipt === fault ? [number] : []));
    return found.length === 0 ? [] : [`${what}: ${numberRanges(found)}.`];
  };
  return [
    ...[goneText(kept)].flatMap((line) => line ?? []),
    ...receipts('missing', 'Generations whose receipt is missing, though fw still keeps receipts of that age'),
    ...receipts('damaged', 'Generations whose receipt is not as fw wrote it'),
  ];
}

/** One line for each apply, newest last, where the eye is; in front of them which generations and receipts are gone. One that was rolled back has no number. States are named where there are several. */
export function printHistory(items: readonly HistoryEntry[], width: number): readonly string[] {
  if (items.length === 0) return ['No generation yet: nothing was applied and kept.'];
  const isSigned = items.some((item) => item.kind !== 'before' && item.entry.signer !== undefined);
  const names = new Set(items.flatMap((item) => (item.kind === 'generation' ? item.entry.applied : [])));
  const hasStates = names.size > 1;
  const rows = items.map((item) => {
    if (item.kind === 'before')
      return [
        '0',
        localTime(item.entry.at),
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
      localTime(at),
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
    'when',
    'by',
    'rules',
    'commit',
    ...(isSigned ? ['signed by'] : []),
    ...(hasStates ? ['state'] : []),
    'from',
  ];
  const lines = columnsWithin(width, [head, ...rows]);
  const missing = missingLines(items);
  return missing.length === 0 ? lines : [...missing, '', ...lines];
}

export function countsText(summary: GenerationSummary): string {
  const { add, change, move, remove, sets } = summary;
  const setsText = sets === undefined ? '' : `, sets ${sets.changed} (+${sets.added} -${sets.removed})`;
  return `+${add} ~${change} >${move} -${remove}${setsText}`;
}

/** Why an apply was rolled back, for people. */
export function whyBackText(why: WhyBack | undefined): string {
  return why === undefined ? 'rolled back' : `rolled back: ${WORDS[why]}`;
}
