import type { SetStep } from '../sets/types.ts';
import type { JournalEntry, JournalStep, Outcome } from './types.ts';

/** What a journal says about its apply. */
export type RunState = {
  readonly id: string;
  readonly at: string;
  readonly pid: number;
  readonly boot: string;
  readonly operator: string;
  readonly steps: readonly JournalStep[];
  readonly sets?: readonly SetStep[];
  readonly state:
    | { readonly kind: 'unfinished' }
    | { readonly kind: 'pending'; readonly deadline: string }
    | { readonly kind: 'ended'; readonly outcome: Outcome };
};

/**
 * Reads a journal from its lines. A last line that a crash tore is as if it had not been written; what comes before it was synced.
 * Undefined when not even the first line is whole: then nothing live was touched, because the first write comes after its sync.
 */
export function foldJournal(text: string): RunState | undefined {
  const entries = text.split('\n').flatMap(parseLine);
  const [begin] = entries;
  if (begin?.kind !== 'begin') return undefined;
  const { id, at, pid, boot, operator, steps, sets = [] } = begin;
  const run = { id, at, pid, boot, operator, steps, sets };
  const last = entries.at(-1);
  if (last?.kind === 'end' && last.outcome !== 'broken') {
    return { ...run, state: { kind: 'ended', outcome: last.outcome } };
  }
  if (last?.kind === 'pending') return { ...run, state: { kind: 'pending', deadline: last.deadline } };
  return { ...run, state: { kind: 'unfinished' } };
}

function parseLine(line: string): JournalEntry[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as JournalEntry];
  } catch {
    return [];
  }
}
