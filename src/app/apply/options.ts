import type { ConnectionWish } from '../../core/connections/wish.ts';
import type { Signer } from '../../core/transitions/transitions.ts';

/** What an apply is told besides its plan. */
export type ApplyOptions = {
  /** Who applies, for the journal. */
  readonly operator: string;
  /** What the plan is made from, as the command line named it. */
  readonly state: string;
  /** Number of the generation that this is a return to, 0 for what was there before fw; absent for an apply of a state. */
  readonly restores?: number | undefined;
  /** Who signed the saved plan. */
  readonly signer?: Signer | undefined;
  /** A person saw the plan and said yes. */
  readonly isConfirmed?: boolean;
  /** Name of this machine, for the receipt. */
  readonly host?: string;
  /** Whether the receipt tells what the plan does to traffic. It was found out by then, to be shown. */
  readonly withTraffic?: boolean;
  /** Seconds in which a confirmation must come, or all goes back; undefined keeps the apply as soon as it is verified. */
  readonly confirmSeconds: number | undefined;
  /** What becomes of running connections that the apply refuses; undefined: what the state says. */
  readonly connections?: ConnectionWish | undefined;
  /** Aborted by a signal, with the error to end with: no further table is begun, and what was done goes back. */
  readonly stop: AbortSignal;
  /** Called before anything is written, to the journal first: from then on a stop means going back. */
  readonly beginWriting: () => void;
};
