import type { EventKind, LogEvent } from '../../core/event-log/types.ts';
import { cleanText } from '../text/clean-text.ts';
import { columnsWithin } from '../text/columns.ts';
import { localTime } from '../text/local-time.ts';
import { countsText, whyBackText } from './print-history.ts';

const WORDS: Readonly<Record<EventKind, string>> = {
  recorded: 'recorded',
  began: 'began',
  applied: 'applied',
  waits: 'waits',
  confirmed: 'confirmed',
  rejected: 'rejected',
  'timed-out': 'timed out',
  'rolled-back': 'rolled back',
  recovered: 'recovered',
  'not-back': 'NOT BACK',
  forgotten: 'forgotten',
  refused: 'refused',
  watchdog: 'watchdog',
};

/** One line for each event, newest last, where the eye is. `kept` is how many there are: more may be asked for. */
export function printLog(events: readonly LogEvent[], kept: number, width: number): readonly string[] {
  if (events.length === 0) return ['Nothing happened yet: this data folder keeps no event.'];
  const head = ['when', 'event', '#', 'apply of', 'what'];
  const rows = events.map((event) =>
    [
      event.at === null ? whenWithoutTime(event) : localTime(event.at),
      WORDS[event.event],
      event.generation === undefined ? '' : String(event.generation),
      event.operator ?? '',
      whatText(event),
    ].map((cell) => cleanText(cell.replaceAll(/\s*\n\s*/g, '; '), true)),
  );
  const earlier = kept - events.length;
  return [
    ...columnsWithin(width, [head, ...rows]),
    ...(earlier === 0
      ? []
      : [`${earlier} earlier ${earlier === 1 ? 'event is' : 'events are'} kept: --newest ${kept}`]),
  ];
}

/** What lasts still has no time of its own; of an old confirmation only that it came is kept. */
function whenWithoutTime({ event }: LogEvent): string {
  return event === 'confirmed' ? 'later' : 'now';
}

function whatText(event: LogEvent): string {
  switch (event.event) {
    case 'recorded':
      return `nothing had to change; ${aboutText(event)}`;
    case 'began':
      return event.summary === undefined
        ? `apply ${event.journal}`
        : `${countsText(event.summary)}  ${aboutText(event)}`;
    case 'applied':
      return `${event.summary === undefined ? '' : `${countsText(event.summary)}  `}${aboutText(event)}`;
    case 'waits':
      return [
        event.said ??
          (event.deadline === undefined ? 'to be confirmed' : `to be confirmed until ${localTime(event.deadline)}`),
        ...(event.summary === undefined ? [] : [`${countsText(event.summary)}  ${aboutText(event)}`]),
      ].join('  ');
    case 'confirmed':
    case 'forgotten':
      return `apply ${event.journal}`;
    case 'rejected':
    case 'timed-out':
    case 'rolled-back':
    case 'recovered':
      return `${whyBackText(event.why)}${event.said === undefined ? '' : `: ${event.said}`}  ${aboutText(event)}`;
    case 'not-back':
    case 'watchdog':
      return event.said ?? '';
    case 'refused':
      return `${event.said} [${event.code}]  ${aboutText(event)}`;
    default:
      return event.event satisfies never;
  }
}

/** Where it came from: the state as it was named, and its commit. A return names its generation there. */
function aboutText({ state, commit }: LogEvent): string {
  const at = commit === undefined ? '' : ` at ${commit.id.slice(0, 12)}${commit.dirty ? ' (dirty)' : ''}`;
  return `from ${state ?? ''}${at}`;
}
