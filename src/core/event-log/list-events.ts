import type { Generation } from '../generation/types.ts';
import type { Fate, RunState } from '../journal/run-state.ts';
import type { WentBack } from '../journal/went-back.ts';
import type { EventKind, LogEvent, Refusal, Told } from './types.ts';

/** What a data folder keeps of what happened, each from the record that decides about it. */
export type LogRecords = {
  /** Oldest first. */
  readonly generations: readonly LoggedGeneration[];
  /** Oldest first. */
  readonly wentBack: readonly WentBack[];
  /** Applies that have not ended. */
  readonly unfinished: readonly (Pick<RunState, 'id' | 'at' | 'operator' | 'state'> & {
    /** Of one that waits, where it is not as its journal says: what is known of it now. */
    readonly standing?: string;
  })[];
  readonly forgotten: readonly { readonly journal: string; readonly at: string }[];
  readonly refusals: readonly Refusal[];
  readonly told: readonly Told[];
};

export type LoggedGeneration = {
  readonly number: number;
  readonly generation: Generation;
  /** From its receipt: when it was verified, and until when it waited; absent where there is none. */
  readonly verified?: { readonly at: string; readonly deadline: string | null };
  /** How its journal ended; absent where the journal is not kept any more. */
  readonly fate?: Fate;
};

/** Ids of journals, as words hold them. */
const JOURNAL_ID = /\b[0-9]{8}T[0-9]{9}Z-[0-9]+\b/;

/** All events, oldest first by the wall clock as it was then. What has no time of its own comes behind what it belongs to, and what lasts still comes last. */
export function listEvents(records: LogRecords): readonly LogEvent[] {
  const { generations, wentBack, unfinished, forgotten, refusals } = records;
  const timed: (readonly [time: string, event: LogEvent])[] = [
    ...generations.flatMap(ofGeneration),
    ...wentBack.flatMap(ofWentBack),
    ...unfinished.flatMap(ofUnfinished),
    ...forgotten.map(({ journal, at }) => [at, { at, event: 'forgotten' as const, journal }] as const),
    ...refusals.map((refusal) => [refusal.at, { event: 'refused' as const, ...refusal }] as const),
    ...toldBeside(records),
  ];
  return timed.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, event]) => event);
}

type Timed = readonly [time: string, event: LogEvent];

function ofGeneration({ number, generation, verified, fate }: LoggedGeneration): readonly Timed[] {
  const { operator, state, applied, commit, restores, summary, journal } = generation;
  const about = { journal, operator, state, states: applied, summary };
  const more = {
    ...(commit === undefined || commit === null ? {} : { commit }),
    ...(restores === undefined ? {} : { restores }),
  };
  const at = verified?.at ?? generation.at;
  // No process has the id 0: nothing was written, and what was live was recorded.
  if (journal.endsWith('-0')) return [[at, { at, event: 'recorded', generation: number, ...about, ...more }]];
  const ended = fate?.kind === 'ended' ? fate : undefined;
  const deadline = verified?.deadline ?? null;
  if (deadline === null && ended?.outcome !== 'confirmed') {
    return [[at, { at, event: 'applied', generation: number, ...about, ...more }]];
  }
  const confirmedAt = ended?.outcome === 'confirmed' ? ended.at : null;
  return [
    [at, { at, event: 'waits', ...about, ...more, ...(deadline === null ? {} : { deadline }) }],
    [confirmedAt ?? at, { at: confirmedAt, event: 'confirmed', generation: number, journal, operator }],
  ];
}

/** An apply that failed went live for a moment only, and its one line says so; the others were live for a time. */
function ofWentBack(record: WentBack): readonly Timed[] {
  const { journal, at, operator, state, applied, commit, summary, why, said } = record;
  const event = backEvent(why);
  const back: LogEvent = {
    at,
    event,
    journal,
    operator,
    state,
    states: applied,
    ...(commit === undefined || commit === null ? {} : { commit }),
    summary,
    ...(why === undefined ? {} : { why }),
    ...(said === undefined ? {} : { said }),
  };
  const begun = beginOf(journal);
  if (event === 'rolled-back' || begun === undefined) return [[at, back]];
  return [
    [begun, { at: begun, event: 'began', journal, operator, state, states: applied, summary }],
    [at, back],
  ];
}

function backEvent(why: WentBack['why']): EventKind {
  switch (why) {
    case 'rejected':
      return 'rejected';
    case 'not confirmed':
      return 'timed-out';
    case 'died':
    case 'booted':
      return 'recovered';
    case 'failed':
    case 'check failed':
    case 'interrupted':
    case undefined:
      return 'rolled-back';
    default:
      return why satisfies never;
  }
}

/** What sorts behind every time: it lasts still. */
const NOW = '~';

function ofUnfinished({
  id: journal,
  at,
  operator,
  state,
  standing: said,
}: LogRecords['unfinished'][number]): readonly Timed[] {
  const began: Timed = [at, { at, event: 'began', journal, operator }];
  if (state.kind === 'pending') {
    const what = said === undefined ? { deadline: state.deadline } : { said };
    return [began, [NOW, { at: null, event: 'waits', journal, operator, ...what }]];
  }
  if (state.kind !== 'unfinished' || state.said === undefined) return [began];
  const { why } = state;
  return [
    began,
    [NOW, { at: null, event: 'not-back', journal, operator, said: state.said, ...(why === undefined ? {} : { why }) }],
  ];
}

/** A watchdog tells of the end of an apply after it has recorded it: that is the same event, and the record has it. */
function toldBeside({ told, wentBack }: LogRecords): readonly Timed[] {
  const ends = new Map(wentBack.map(({ journal, at }) => [journal, at]));
  return told.flatMap(({ at, words }): readonly Timed[] => {
    const journal = JOURNAL_ID.exec(words)?.[0];
    const end = journal === undefined ? undefined : ends.get(journal);
    if (end !== undefined && at >= end) return [];
    return [[at, { at, event: 'watchdog', ...(journal === undefined ? {} : { journal }), said: words }]];
  });
}

/** When an apply began: its id begins with that. */
function beginOf(journal: string): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-/.exec(journal);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, rest] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${rest}Z`;
}
