import type { Standing } from '../../core/report/status-document.ts';
import { duration } from '../../core/text/duration.ts';
import { localTime } from '../text/local-time.ts';

/** Tables and sets that are named; `fw status --json` has all. */
const MOST = 5;

type Run = { readonly id: string; readonly operator: string };

/** What becomes of an apply that waits to be confirmed, and what can be done about it. */
export function pendingSentence(seconds: number, deadline: string): string {
  return `Goes back by itself in ${duration(seconds)}, at ${localTime(deadline)}, unless it is confirmed.`;
}

/** The same in `fw status`. `elsewhere` is what to do about one that was not made here, `where` what a command needs behind it, see `inFolder`. */
export function pendingLines(
  pending: {
    readonly run: Run;
    readonly deadline: string;
    readonly secondsLeft: number;
    readonly isWatched: boolean | undefined;
    readonly standing: Standing;
  },
  elsewhere?: string,
  where = '',
): readonly string[] {
  const { run, deadline, secondsLeft, isWatched, standing } = pending;
  const line = (text: string) => `            ${text}`;
  if (standing.kind === 'not live') {
    return [
      `Pending:    ${run.id} nothing of it is live any more: everything is as before it. Only its journal has not ended.`,
      line(`End it:  fw confirm --reject ${run.id}${where}`),
    ];
  }
  const unknown = `is due in ${duration(secondsLeft)}, at ${localTime(deadline)}; whether its watchdog is there is not known, since flock(1) does not tell`;
  const goes = isWatched
    ? `goes back in ${duration(secondsLeft)}, at ${localTime(deadline)}`
    : isWatched === undefined
      ? unknown
      : `is due in ${duration(secondsLeft)}, and nobody would bring it back: its watchdog is gone. Give it another:  fw recover${where}`;
  const unseen =
    standing.kind === 'unknown' ? [line(`Whether it is live is not known from here: ${standing.why}.`)] : [];
  const differs = standing.kind === 'live' ? standing.differs : [];
  return [
    `Pending:    ${run.id} ${goes}`,
    ...unseen,
    ...differs.slice(0, MOST).map((what) => line(`Not as it was applied: ${what}`)),
    ...(differs.length > MOST ? [line(`and ${differs.length - MOST} more`)] : []),
    line(elsewhere ?? `Keep it:  fw confirm ${run.id}${where}    Take it back now:  fw confirm --reject${where}`),
  ];
}

const WHY = {
  died: 'died half-way',
  'not confirmed': 'was not confirmed in time',
  booted: 'was not confirmed before the machine was booted anew',
  rejected: 'was rejected, and its way back has not ended',
} as const;

/** An apply that has not ended and does not wait: what happened to it, whether anything of it is live, and what to do. */
export function unfinishedSentence(
  {
    run,
    why,
    standing,
    isWatched,
  }: {
    readonly run: Run;
    readonly why: keyof typeof WHY;
    readonly standing: Standing;
    readonly isWatched: boolean | undefined;
  },
  elsewhere?: string,
  where = '',
): string {
  const what = `${run.id} of ${run.operator} ${WHY[why]}`;
  switch (standing.kind) {
    case 'not live':
      return `${what}. Nothing of it is live; only its journal has not ended. End it:  fw recover${where}`;
    case 'live': {
      const left = why === 'rejected' ? `${what}: it is live in part or whole` : `${what} and is not back`;
      return `${left}. ${isWatched === true ? 'Its watchdog brings it back. At once' : 'Bring it back'}:  fw recover${where}`;
    }
    case 'unknown':
      return `${what}, and it is not known from here whether it is back: ${standing.why}. ${elsewhere ?? `Bring it back:  fw recover${where}`}`;
    default:
      return standing satisfies never;
  }
}
