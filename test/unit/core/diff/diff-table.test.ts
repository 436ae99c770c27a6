import { describe, expect, it } from 'vitest';
import { diffTable } from '../../../../src/core/diff/diff-table.ts';
import { tableOf } from '../../../support/table-of.ts';

describe('diffTable', () => {
  it('finds nothing between a missing table and a pristine one', () => {
    expect(diffTable('filter', undefined, undefined).chains).toEqual([]);
    expect(diffTable('filter', undefined, tableOf('filter', ':INPUT ACCEPT [9:99]')).chains).toEqual([]);
    expect(diffTable('filter', tableOf('filter', ''), undefined).chains).toEqual([]);
  });

  it('takes a built-in chain that a table leaves out for a pristine one', () => {
    const onlyInput = { name: 'filter', chains: [{ name: 'INPUT', policy: 'ACCEPT', rules: [] }] } as const;
    expect(diffTable('filter', onlyInput, tableOf('filter', '')).chains).toEqual([]);
  });

  it('does not see counters', () => {
    const before = tableOf('filter', ':INPUT DROP [1:2]\n[5:50] -A INPUT -j DROP');
    expect(diffTable('filter', before, tableOf('filter', ':INPUT DROP\n-A INPUT -j DROP')).chains).toEqual([]);
  });

  it('lists built-in chains in hook order, then user chains by name, and none that is equal', () => {
    const before = tableOf('mangle', ':a9 -\n:zoo -\n:same -\n-A same -j ACCEPT');
    const after = tableOf(
      'mangle',
      ':same -\n-A same -j ACCEPT\n:a10 -\n:MMM -\n-A POSTROUTING -j ACCEPT\n-A INPUT -j ACCEPT\n:PREROUTING DROP',
    );
    const names = diffTable('mangle', before, after).chains.map((chain) => chain.name);
    expect(names).toEqual(['PREROUTING', 'INPUT', 'POSTROUTING', 'MMM', 'a10', 'a9', 'zoo']);
  });

  it('gives a new chain no before and a removed chain no after', () => {
    const [fresh, gone] = diffTable('nat', tableOf('nat', ':old -'), tableOf('nat', ':new -')).chains;
    expect(fresh).toEqual({ name: 'new', after: { name: 'new', rules: [] }, kept: [] });
    expect(gone).toEqual({ name: 'old', before: { name: 'old', rules: [] }, kept: [] });
  });

  it('keeps the rules around one that is inserted at the top, counted from 0', () => {
    const before = tableOf('filter', '-A INPUT -j LOG\n-A INPUT -j DROP');
    const after = tableOf('filter', '-A INPUT -i lo -j ACCEPT\n-A INPUT -j LOG\n-A INPUT -j DROP');
    expect(diffTable('filter', before, after).chains[0]?.kept).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('sees a change of policy alone', () => {
    const [input] = diffTable('filter', undefined, tableOf('filter', ':INPUT DROP')).chains;
    expect([input?.before?.policy, input?.after?.policy]).toEqual(['ACCEPT', 'DROP']);
  });
});
