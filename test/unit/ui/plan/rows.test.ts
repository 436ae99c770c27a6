import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../src/core/plan/types.ts';
import { type Row, type RowOptions, rowsOf } from '../../../../src/ui/plan/rows.ts';
import { add, chain, plan, remove, step } from '../sample-plan.ts';

function rows(of: Plan, options: RowOptions = { full: false }): readonly string[] {
  return rowsOf(of, options).map(text);
}

function text(row: Row): string {
  switch (row.kind) {
    case 'namespace':
      return `namespace ${row.names.join(' ')}`;
    case 'chain':
      return `chain ${row.table} ${row.name} ${row.families.join('+')}${row.differs ? ' differs' : ''}`;
    case 'line':
      return `${row.line.kind} ${'text' in row.line ? row.line.text : ''} ${'counters' in row.line ? row.line.counters?.join(':') : ''}`.trim();
    default:
      return row.kind;
  }
}

const web = [add(1, '-j web')];

describe('rowsOf', () => {
  it('shows what both families do alike once', () => {
    const of = plan(
      ['host'],
      [step('host', 'ipv4', 'filter', [chain('INPUT', web)]), step('host', 'ipv6', 'filter', [chain('INPUT', web)])],
    );
    expect(rows(of)).toEqual(['namespace host', 'chain filter INPUT ipv4+ipv6', 'columns', 'add -j web', 'total']);
  });

  it('shows families that differ one after the other and says so', () => {
    const other = [add(1, '-j mail')];
    const of = plan(
      ['host'],
      [step('host', 'ipv4', 'filter', [chain('INPUT', web)]), step('host', 'ipv6', 'filter', [chain('INPUT', other)])],
    );
    expect(rows(of).filter((row) => row.startsWith('chain'))).toEqual([
      'chain filter INPUT ipv4 differs',
      'chain filter INPUT ipv6 differs',
    ]);
  });

  it('adds counters up where it folds', () => {
    const removed = (packets: string) => [chain('INPUT', [remove(1, '-j web', [packets, '10'])])];
    const of = plan(
      ['host'],
      [step('host', 'ipv4', 'filter', removed('18446744073709551615')), step('host', 'ipv6', 'filter', removed('1'))],
    );
    expect(rows(of)).toContain('remove -j web 18446744073709551616:20');
  });

  it('shows namespaces that change alike once, and apart when a single word differs', () => {
    const of = plan(
      ['a', 'b', 'c'],
      [
        step('a', 'ipv4', 'filter', [chain('INPUT', web)]),
        step('b', 'ipv4', 'filter', [chain('INPUT', [add(1, '-j web2')])]),
        step('c', 'ipv4', 'filter', [chain('INPUT', web)]),
      ],
    );
    expect(rows(of).filter((row) => row.startsWith('namespace'))).toEqual(['namespace a c', 'namespace b']);
  });

  it('never folds a change into one whose text imitates it', () => {
    const two = chain('INPUT', [add(1, 'a'), add(2, 'b')]);
    const one = chain('INPUT', [add(1, 'a\nadd 2 1:b')]);
    const of = plan(['a', 'b'], [step('a', 'ipv4', 'filter', [two]), step('b', 'ipv4', 'filter', [one])]);
    expect(rows(of).filter((row) => row.startsWith('namespace'))).toEqual(['namespace a', 'namespace b']);
  });

  it('names where a folded rule was written by the first place and a number', () => {
    const steps = ['a', 'b', 'c'].map((name) =>
      step(name, 'ipv4', 'filter', [chain('INPUT', [add(1, '-j web', `${name}.rules:4`)])]),
    );
    const line = rowsOf(plan(['a', 'b', 'c'], steps), { full: false }).find((row) => row.kind === 'line');
    expect(line?.line).toEqual(add(1, '-j web', 'a.rules:4 and 2 more'));
  });

  it('orders tables by what a reviewer looks at first', () => {
    const of = plan(
      ['host'],
      (['raw', 'nat', 'filter', 'security', 'mangle'] as const).map((table) =>
        step('host', 'ipv4', table, [chain('X', web)]),
      ),
    );
    const tables = rows(of).filter((row) => row.startsWith('chain'));
    expect(tables.map((row) => row.split(' ')[1])).toEqual(['filter', 'nat', 'mangle', 'raw', 'security']);
  });

  it('over the limit keeps policies and the removals that carried traffic', () => {
    const lines = [add(1, 'new'), remove(1, 'idle', ['0', '0']), remove(2, 'busy', ['5', '5'])];
    const input = chain('INPUT', lines, { policy: { from: 'ACCEPT', to: 'DROP' } });
    const of = plan(['host'], [step('host', 'ipv4', 'filter', [input])]);
    expect(rows(of, { full: false, limit: 2 })).toEqual([
      'namespace host',
      'chain filter INPUT ipv4',
      'columns',
      'counts',
      'remove busy 5:5',
      'policy',
      'limit',
      'recap',
      'total',
    ]);
    expect(rows(of, { full: true, limit: 2 })).toContain('add new');
    expect(rows(of, { full: false, limit: 3 })).toContain('add new');
  });
});
