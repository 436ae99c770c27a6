import { describe, expect, test } from 'vitest';
import { columnsWithin } from '../../../../src/ui/text/columns.ts';

const ROWS = [
  ['#', 'when', 'rules', 'commit', 'from'],
  ['1', '2026-11-29', '+26 -0', '', '/etc/fw/state of the edge'],
  ['12', '2026-11-30', '+1 -1', '4f1c2ab7d0c9', 'state'],
];

describe('a table', () => {
  test('that fits, or that nothing breaks, has a line for each row', () => {
    const wide = [
      '#   when        rules   commit        from',
      '1   2026-11-29  +26 -0                /etc/fw/state of the edge',
      '12  2026-11-30  +1 -1   4f1c2ab7d0c9  state',
    ];
    expect(columnsWithin(80, ROWS)).toEqual(wide);
    expect(columnsWithin(Number.POSITIVE_INFINITY, ROWS)).toEqual(wide);
  });

  test('that is wider than the screen has its last cells below each row, whole', () => {
    expect(columnsWithin(40, ROWS)).toEqual([
      '#   when        rules   commit',
      '    from',
      '1   2026-11-29  +26 -0',
      '    /etc/fw/state of the edge',
      '12  2026-11-30  +1 -1   4f1c2ab7d0c9',
      '    state',
    ]);
    expect(columnsWithin(26, ROWS)).toEqual([
      '#   when        rules',
      '    commit  from',
      '1   2026-11-29  +26 -0',
      '    /etc/fw/state of the edge',
      '12  2026-11-30  +1 -1',
      '    4f1c2ab7d0c9  state',
    ]);
  });

  test('keeps two columns, however narrow the screen is', () => {
    expect(columnsWithin(5, [['12', '2026-11-30', 'a', 'b']])).toEqual(['12  2026-11-30', '    a', '    b']);
  });

  test('without rows has no lines', () => {
    expect(columnsWithin(80, [])).toEqual([]);
  });
});
