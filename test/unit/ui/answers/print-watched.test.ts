import { describe, expect, test } from 'vitest';
import type { Change, Difference } from '../../../../src/core/counters/differences.ts';
import type { OwnedRow } from '../../../../src/core/counters/types.ts';
import { type Watched, watchedLines, watchedScreen } from '../../../../src/ui/answers/print-watched.ts';
import { displayWidth } from '../../../../src/ui/text/display-width.ts';
import { pageOf } from '../../../../src/ui/text/page.ts';
import { shortNumber } from '../../../../src/ui/text/short-number.ts';
import { foreign, row } from '../../core/counters/rows.ts';

const page = pageOf({ width: 80, colour: false, unicode: true });

function counted(text: string, position: number, packets: number, change: Change = 'counted'): Difference<OwnedRow> {
  const one = foreign(row(text, position, { counters: [`${packets}`, `${packets * 100}`] }));
  return { ...one, change, isUnsure: false, whole: [`${packets * 10}`, `${packets * 1000}`] };
}

const LONG = '-p tcp -m tcp --dport 22 -m comment --comment "from the jump hosts of both sites" -j ACCEPT';

const watched: Watched = {
  at: new Date('2026-01-02T03:04:05Z'),
  seconds: 2,
  rows: [
    counted(LONG, 1, 25_000),
    counted('-p udp -j DROP', 2, 3),
    counted('-j LOG', 3, 7, 'new'),
    counted('-j DROP', 4, 0),
  ],
};

test('a narrow window has the rule below its rates, and tells which look failed', () => {
  const screen = watchedScreen(watched, undefined, page, { width: 80, rows: 24 });
  expect(screen.slice(1).join('\n')).toBe(
    `
3 of 4 counters counted
packets/s  bytes/s  packets  where
      12k     1.2M     250k  blue/ipv4/filter/INPUT#1
    -p tcp -m tcp --dport 22 -m comment --comment "from the jump hosts of both …
      1.5      150       30  blue/ipv4/filter/INPUT#2
    -p udp -j DROP
        -        -       70  blue/ipv4/filter/INPUT#3
    -j LOG
        0        0        0  blue/ipv4/filter/INPUT#4
    -j DROP`.slice(1),
  );
  const fault = { at: watched.at, message: 'there is no namespace \u001b[2J' };
  expect(watchedScreen(watched, fault, page, { width: 80, rows: 24 })[1]).toMatch(/^Not read at .*: .* \\x1b\[2J$/);
});

describe.each([
  [40, 8],
  [60, 10],
  [80, 24],
  [100, 9],
  [160, 50],
])('a window of %i columns and %i rows', (width, rows) => {
  test('is never overfull', () => {
    const many = { ...watched, rows: Array.from({ length: 100 }, (_, at) => counted(LONG, at + 1, 100 - at)) };
    for (const unicode of [true, false]) {
      const screen = watchedScreen(many, undefined, pageOf({ width, colour: false, unicode }), { width, rows });
      expect(screen.length).toBeLessThan(rows);
      expect(Math.max(...screen.map(displayWidth))).toBeLessThanOrEqual(width);
      expect(screen[1]).toContain('of 100 counters counted, ');
    }
  });
});

test('lines for a log are exact, and only of what counted', () => {
  expect(watchedLines(watched, page).slice(1)).toEqual([
    'packets/s  bytes/s  packets  where',
    `  12500.0  1250000.0   250000  blue/ipv4/filter/INPUT#1  ${LONG}`,
    '      1.5    150.0       30  blue/ipv4/filter/INPUT#2  -p udp -j DROP',
    '        -        -       70  blue/ipv4/filter/INPUT#3  -j LOG',
  ]);
  expect(watchedLines({ ...watched, seconds: undefined }, page)).toEqual([
    expect.stringContaining('4 counters; rates from the next look on'),
  ]);
});

test.each([
  [0, '0'],
  [0.04, '<0.1'],
  [1.57, '1.5'],
  [12.3, '12'],
  [999.9, '999'],
  [1000, '1k'],
  [1999, '1.9k'],
  [999_999, '999k'],
  [1_000_000, '1M'],
  [2 ** 64, '18E'],
])('%d is %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
