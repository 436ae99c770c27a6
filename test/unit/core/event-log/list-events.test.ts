import { describe, expect, test } from 'vitest';
import { type LoggedGeneration, type LogRecords, listEvents } from '../../../../src/core/event-log/list-events.ts';
import { logDocument } from '../../../../src/core/event-log/log-document.ts';
import type { LogEvent } from '../../../../src/core/event-log/types.ts';
import type { Generation } from '../../../../src/core/generation/types.ts';
import type { WhyBack } from '../../../../src/core/journal/types.ts';
import { printLog } from '../../../../src/ui/answers/print-log.ts';

const summary = { add: 1, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 };
const NONE: LogRecords = { generations: [], wentBack: [], unfinished: [], forgotten: [], refusals: [], told: [] };

function generation(number: number, at: string, more: Partial<LoggedGeneration> = {}, pid = 7): LoggedGeneration {
  const journal = `${at.replace(/[-:.]/g, '')}-${pid}`;
  const about = { operator: 'ann', state: 'state', applied: ['web'], states: [], namespaces: [] };
  const made: Generation = { version: 2, at, journal, summary, ...about };
  return { number, generation: made, ...more };
}

function wentBack(begun: string, at: string, why: WhyBack) {
  const journal = `${begun.replace(/[-:.]/g, '')}-9`;
  return { journal, at, operator: 'bob', state: 'state', applied: ['web'], summary, why, namespaces: 1 };
}

function brief(events: readonly LogEvent[]): readonly string[] {
  return events.map(({ at, event, generation: number }) =>
    `${at?.slice(11, 19) ?? '-'} ${event} ${number ?? ''}`.trim(),
  );
}

const T = (time: string) => `2026-11-29T${time}.000Z`;

describe('events', () => {
  test('of an apply that waited are two, and a confirmation whose journal is gone has no time', () => {
    const verified = { at: T('10:00:05'), deadline: T('10:05:05') };
    const ended = { kind: 'ended', outcome: 'confirmed', at: T('10:01:00') } as const;
    expect(
      brief(listEvents({ ...NONE, generations: [generation(1, T('10:00:00'), { verified, fate: ended })] })),
    ).toEqual(['10:00:05 waits', '10:01:00 confirmed 1']);
    const events = listEvents({
      ...NONE,
      generations: [generation(1, T('10:00:00'), { verified }), generation(2, T('11:00:00'))],
    });
    expect(brief(events)).toEqual(['10:00:05 waits', '- confirmed 1', '11:00:00 applied 2']);
    expect(printLog(events, 3, 200).join('\n')).toMatch(/^later .*confirmed/m);
  });

  test('of one that waits by its journal alone tell what is known of it', () => {
    const state = { kind: 'pending', deadline: T('10:05:00') } as const;
    const run = { id: '20261129T100000000Z-1', at: T('10:00:00'), operator: 'bob', state };
    const now = (more: object) => printLog(listEvents({ ...NONE, unfinished: [{ ...run, ...more }] }), 2, 200).at(-1);
    expect(now({})).toMatch(/^now +waits +bob +to be confirmed until 2026-11-29 /);
    expect(now({ standing: 'nothing of it is live' })).toMatch(/^now +waits +bob +nothing of it is live$/);
  });

  test('without a write are told: what was recorded, and what was refused', () => {
    const refusal = { at: T('09:00:00'), operator: 'eve', state: 's', code: 'apply.unapproved', said: 'no yes' };
    const events = listEvents({ ...NONE, generations: [generation(1, T('10:00:00'), {}, 0)], refusals: [refusal] });
    expect(brief(events)).toEqual(['09:00:00 refused', '10:00:00 recorded 1']);
    expect(printLog(events, 2, 200)[1]).toMatch(/refused +eve +no yes \[apply\.unapproved\] {2}from s$/);
  });

  test.each([
    ['rejected', 'rejected'],
    ['not confirmed', 'timed-out'],
    ['died', 'recovered'],
    ['booted', 'recovered'],
  ] as const)('of an apply that was live for a time and is %s are its begin and its end', (why, event) => {
    const events = listEvents({ ...NONE, wentBack: [wentBack(T('10:00:00'), T('10:09:00'), why)] });
    expect(brief(events)).toEqual(['10:00:00 began', `10:09:00 ${event}`]);
  });

  test.each(['failed', 'check failed', 'interrupted'] as const)('of an apply that %s is one', (why) => {
    expect(brief(listEvents({ ...NONE, wentBack: [wentBack(T('10:00:00'), T('10:00:01'), why)] }))).toEqual([
      '10:00:01 rolled-back',
    ]);
  });

  test('that a watchdog told are left out where the record of the end has them, and only there', () => {
    const back = wentBack(T('10:00:00'), T('10:09:00'), 'not confirmed');
    const told = [
      { at: T('10:08:00'), words: `the apply ${back.journal} is NOT back: no disk` },
      { at: T('10:09:01'), words: `the apply ${back.journal} was not confirmed in time: it is rolled back` },
      { at: T('10:10:00'), words: 'fw, pid 7, was stopped' },
    ];
    expect(brief(listEvents({ ...NONE, wentBack: [back], told }))).toEqual([
      '10:00:00 began',
      '10:08:00 watchdog',
      '10:09:00 timed-out',
      '10:10:00 watchdog',
    ]);
  });

  test('that last still come last, without a time', () => {
    const run = { id: '20261129T100000000Z-9', at: T('10:00:00'), operator: 'bob' };
    const pending = { ...run, state: { kind: 'pending', deadline: T('10:05:00') } as const };
    const broken = { ...run, at: T('12:00:00'), state: { kind: 'unfinished', said: 'no disk' } as const };
    const events = listEvents({ ...NONE, unfinished: [pending, broken], generations: [generation(3, T('11:00:00'))] });
    expect(brief(events)).toEqual(['10:00:00 began', '11:00:00 applied 3', '12:00:00 began', '- waits', '- not-back']);
  });

  test('are counted where older ones are not shown, and text of others moves no cursor', () => {
    const hostile = { at: T('09:00:00'), operator: 'e\u001b[2Jve\nx', state: 's', code: 'usage', said: 'a\u202eb' };
    const events = listEvents({ ...NONE, generations: [generation(1, T('08:00:00'))], refusals: [hostile] });
    const { events: shown, kept } = logDocument(events, 1);
    const lines = printLog(shown, kept, 200);
    expect(lines).toHaveLength(3);
    for (const character of ['\u001b', '\u202e']) expect(lines.join('')).not.toContain(character);
    expect(lines[2]).toBe('1 earlier event is kept: --newest 2');
  });
});
