import type { Commit, GenerationSummary } from '../generation/types.ts';
import type { WhyBack } from '../journal/types.ts';

/**
 * `recorded`: what was live already became a generation. `began`: rules of an apply went live that was not kept, or has not ended. `waits`: it was applied and
 * verified, and had to be confirmed. `timed-out`: its time was over, and it went back. `recovered`: it died, or the machine was booted, and it was brought back.
 * `not-back`: it is not back, see `said`. `forgotten`: it was closed without anything being written. `refused`: an apply ended before it wrote anything.
 * `watchdog`: what a watchdog told.
 */
export const EVENT_KINDS = [
  'recorded',
  'began',
  'applied',
  'waits',
  'confirmed',
  'rejected',
  'timed-out',
  'rolled-back',
  'recovered',
  'not-back',
  'forgotten',
  'refused',
  'watchdog',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** One thing that happened to the firewall of a data folder. What is not known, or does not apply, is not there. */
export type LogEvent = {
  /** UTC, ISO 8601; null where no record keeps when. */
  readonly at: string | null;
  readonly event: EventKind;
  /** Number of the generation that it made. */
  readonly generation?: number;
  /** Id of the journal of the apply. */
  readonly journal?: string;
  /** Who applied, also where the event came later and by itself. */
  readonly operator?: string;
  /** Path of the state as it was named, or `generation N` of a return. */
  readonly state?: string;
  /** Names of the states that the apply was about. */
  readonly states?: readonly string[];
  readonly commit?: Commit;
  /** Number of the generation that it returned to. */
  readonly restores?: number;
  readonly summary?: GenerationSummary;
  /** Until when it waited, or waits, to be confirmed. */
  readonly deadline?: string;
  readonly why?: WhyBack;
  /** Code of the error that refused it. */
  readonly code?: string;
  /** What failed or was refused, or what the watchdog told; in a line or some. */
  readonly said?: string;
};

/** An apply, or a return, that ended before it wrote anything, as the data folder keeps it. */
export type Refusal = {
  readonly at: string;
  readonly operator: string;
  readonly state: string;
  readonly code: string;
  readonly said: string;
};

/** A line of `fw.log`. */
export type Told = { readonly at: string; readonly words: string };
