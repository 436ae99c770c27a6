import { localTime } from './local-time.ts';

type Run = { readonly id: string; readonly operator: string };

/** What becomes of an apply that waits to be confirmed, and what can be done about it. */
export function pendingSentence(seconds: number, deadline: string): string {
  return `Goes back by itself in ${duration(seconds)}, at ${localTime(deadline)}, unless it is confirmed.`;
}

/** The same in `fw status`. `elsewhere` is what to do about one that was not made here. */
export function pendingLines(
  pending: {
    readonly run: Run;
    readonly deadline: string;
    readonly secondsLeft: number;
    readonly isWatched: boolean;
  },
  elsewhere?: string,
): readonly string[] {
  const { run, deadline, secondsLeft, isWatched } = pending;
  const goes = isWatched
    ? `goes back in ${duration(secondsLeft)}, at ${localTime(deadline)}`
    : `is due in ${duration(secondsLeft)}, and nobody would bring it back: its watchdog is gone. Give it another:  fw recover`;
  return [
    `Pending:    ${run.id} ${goes}`,
    `            ${elsewhere ?? `Keep it:  fw confirm ${run.id}    Take it back now:  fw confirm --reject`}`,
  ];
}

const WHY = {
  died: 'died half-way',
  'not confirmed': 'was not confirmed in time',
  booted: 'was not confirmed before the machine was booted anew',
} as const;

export function unfinishedLine(
  { run, why }: { readonly run: Run; readonly why: keyof typeof WHY },
  elsewhere?: string,
): string {
  const next = elsewhere ?? 'Bring it back:  fw recover';
  return `Unfinished: ${run.id} of ${run.operator} ${WHY[why]} and is not back. ${next}`;
}

/** `20 s`, `5 min`, `1 h 30 min`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
