import type { ToEnd } from '../connections/ended.ts';
import type { NamespaceIdentity } from '../identity/types.ts';
import { inOrder } from '../plan/in-order.ts';
import { readSetStep, readStep, type StoredSetStep } from '../plan/stored-step.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import type { JournalEntry, JournalStep, Outcome, WhyBack } from './types.ts';

/** How far an apply has come, as its journal tells. */
export type Fate = RunState['state'];

/** What a journal says about its apply. */
export type RunState = {
  readonly id: string;
  readonly at: string;
  readonly pid: number;
  readonly boot: string;
  readonly machine?: string | undefined;
  readonly folder?: string | undefined;
  readonly operator: string;
  readonly namespaces?: readonly NamespaceIdentity[] | undefined;
  /** In the order in which they were to be carried out. */
  readonly steps: readonly JournalStep[];
  /** Connections that are ended when it is confirmed. */
  readonly toEnd?: readonly ToEnd[];
  readonly state:
    | {
        readonly kind: 'unfinished';
        /** Why the last try of a way back failed, where one did. */
        readonly said?: string;
        /** Why it goes back, where its way back has begun. */
        readonly why?: WhyBack;
      }
    | { readonly kind: 'pending'; readonly deadline: string; readonly due?: number; readonly since?: number }
    | {
        readonly kind: 'ended';
        readonly at: string;
        readonly outcome: Outcome;
        readonly why?: WhyBack;
        readonly said?: string;
      };
};

/**
 * Reads a journal from its lines. A last line that a crash tore is as if it had not been written; what comes before it was synced.
 * Undefined when not even the first line is whole: then nothing live was touched, because the first write comes after its sync.
 */
export function foldJournal(text: string): RunState | undefined {
  const entries = text.split('\n').flatMap(parseLine);
  const [begin] = entries;
  if (begin?.kind !== 'begin') return undefined;
  const { id, at, pid, boot, machine, folder, operator, namespaces, steps, sets = [] } = begin;
  const noted = entries.find((entry) => entry.kind === 'connections');
  return {
    id,
    at,
    pid,
    boot,
    machine,
    folder,
    operator,
    namespaces,
    steps: inOrder(
      steps.map(({ step, ...tables }) => readStep(step, tables)),
      sets.map(readSet),
    ),
    ...(noted === undefined ? {} : { toEnd: noted.toEnd }),
    state: fateAfter(entries.at(-1)),
  };
}

/**
 * The same, without what was done: the first line holds whole tables, and with another whole line behind it it was synced. Undefined when
 * not even the first line is whole.
 */
export function foldFate(text: string): Fate | undefined {
  const later = text
    .slice(text.indexOf('\n') + 1)
    .split('\n')
    .flatMap(parseLine);
  return later.length === 0 ? foldJournal(text)?.state : fateAfter(later.at(-1));
}

/** A way back that cannot be read must not pass for one that has nothing to do. */
function readSet(stored: StoredSetStep): SetStep {
  const step = readSetStep(stored);
  if (step === undefined) throw new Error(`the journal holds a change of set ${stored.set} that fw has not written`);
  return step;
}

function fateAfter(last: JournalEntry | undefined): Fate {
  if (last?.kind === 'end' && last.outcome !== 'broken') return { ...last, kind: 'ended' };
  if (last?.kind === 'pending') return last;
  if (last?.kind === 'way-back') return { kind: 'unfinished', why: last.why };
  if (last?.kind !== 'end') return { kind: 'unfinished' };
  const { said, why } = last;
  return { kind: 'unfinished', ...(said === undefined ? {} : { said }), ...(why === undefined ? {} : { why }) };
}

function parseLine(line: string): JournalEntry[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as JournalEntry];
  } catch {
    return [];
  }
}
