import { LIMITS } from '../../core/limits.ts';
import { limitOfCall } from './call-limit.ts';
import { endGroup } from './end-group.ts';

/** Longest time for one program, in milliseconds, where the call has no limit of its own: whatever hangs, fw goes on or goes back. */
let longest = LIMITS.programTime.most;

/** Sets the longest time for every program that is started from now on. */
export function limitPrograms(seconds: number): void {
  longest = seconds * 1000;
}

/** The limit, in seconds, for messages. */
export function longestSeconds(): number {
  return (limitOfCall() ?? longest) / 1000;
}

type TimeLimit = {
  /** Begins the time anew. */
  renew(): void;
  /** Stops the clock and tells whether the time was over. */
  end(): boolean;
};

/** Kills a program and all that it started when its time is over. Infinity is no limit. */
export function limitTime(pid: number | undefined, milliseconds: number = limitOfCall() ?? longest): TimeLimit {
  let isOver = false;
  if (milliseconds === Number.POSITIVE_INFINITY) return { renew: () => {}, end: () => false };
  const timer = setTimeout(() => {
    isOver = true;
    endGroup(pid);
  }, milliseconds);
  return {
    renew: () => {
      if (!isOver) timer.refresh();
    },
    end: () => {
      clearTimeout(timer);
      return isOver;
    },
  };
}
