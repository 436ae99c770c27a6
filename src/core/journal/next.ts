import type { RunState } from './fold.ts';

/** What must happen with a journal that is not ended, once its lock is free. */
export type Next =
  | { readonly kind: 'nothing' }
  /** It died half-way, its time to be confirmed is over, or the machine was booted anew. */
  | { readonly kind: 'roll-back'; readonly why: 'died' | 'not confirmed' | 'booted' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

/** Decides about an apply whose process is gone. `boot` is the id of the running boot. */
export function nextOf(run: RunState, now: Date, boot: string): Next {
  if (run.state.kind === 'ended') return { kind: 'nothing' };
  if (run.state.kind === 'unfinished') return { kind: 'roll-back', why: 'died' };
  if (run.boot !== boot) return { kind: 'roll-back', why: 'booted' };
  const left = Date.parse(run.state.deadline) - now.getTime();
  return left > 0 ? { kind: 'wait', milliseconds: left } : { kind: 'roll-back', why: 'not confirmed' };
}
