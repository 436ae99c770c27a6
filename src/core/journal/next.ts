import type { RunState } from './run-state.ts';

/** What must happen with a journal that is not ended, once its lock is free. */
export type Next =
  | { readonly kind: 'nothing' }
  /** It died half-way, was rejected and is not back since, its time to be confirmed is over, or the machine was booted anew. */
  | { readonly kind: 'roll-back'; readonly why: 'died' | 'not confirmed' | 'booted' | 'rejected' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

/** The running boot, and the time in it. */
export type Moment = {
  /** Id of the boot. */
  readonly boot: string;
  /** Seconds since the boot, with those that the machine slept. */
  readonly uptime: number;
  /** The wall clock, for journals that know no other time. */
  readonly now: Date;
};

/**
 * Decides about an apply whose process is gone. Time is counted from the boot: the wall clock is set by people and by NTP, and an hour that it
 * is set back would be an hour more for rules that lock a user out.
 */
export function nextOf(run: RunState, { boot, uptime, now }: Moment): Next {
  if (run.state.kind === 'ended') return { kind: 'nothing' };
  if (run.state.kind === 'unfinished') {
    const { why } = run.state;
    return { kind: 'roll-back', why: why === 'not confirmed' || why === 'rejected' ? why : 'died' };
  }
  if (run.boot !== boot) return { kind: 'roll-back', why: 'booted' };
  const { due, since = 0, deadline } = run.state;
  // A container that is started anew counts from zero again, under the boot id of the machine.
  if (uptime < since) return { kind: 'roll-back', why: 'booted' };
  const left = due === undefined ? Date.parse(deadline) - now.getTime() : Math.ceil((due - uptime) * 1000);
  return left > 0 ? { kind: 'wait', milliseconds: left } : { kind: 'roll-back', why: 'not confirmed' };
}
