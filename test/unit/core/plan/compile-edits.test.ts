import { describe, expect, it } from 'vitest';
import { diffTable } from '../../../../src/core/diff/diff-table.ts';
import { ownershipOf } from '../../../../src/core/ownership/ownership.ts';
import type { Backend, Table } from '../../../../src/core/rules/types.ts';
import { compileText } from '../../../support/restore-text.ts';
import { tableOf } from '../../../support/table-of.ts';

describe('compile', () => {
  it('gives no text when nothing changes, not even an empty transaction', () => {
    const table = tableOf('filter', ':INPUT DROP [7:70]\n-A INPUT -j LOG');
    expect(text(table, table, 'legacy')).toBe('');
  });

  it('inserts at the top, in the middle and at the end, and mentions nothing that stays', () => {
    const before = tableOf('filter', '-A INPUT -s 10.0.0.1/32 -j DROP\n-A INPUT -s 10.0.0.2/32 -j DROP');
    const after = tableOf(
      'filter',
      `-A INPUT -i lo -j ACCEPT
       -A INPUT -s 10.0.0.1/32 -j DROP
       -A INPUT -j LOG
       -A INPUT -s 10.0.0.2/32 -j DROP
       -A INPUT -j REJECT`,
    );
    expect(text(before, after)).toBe(lines('-I INPUT 1 -i lo -j ACCEPT', '-I INPUT 3 -j LOG', '-A INPUT -j REJECT'));
  });

  it('deletes by number from the bottom up', () => {
    const before = tableOf('filter', '-A INPUT -i a\n-A INPUT -i b\n-A INPUT -i c\n-A INPUT -i d');
    expect(text(before, tableOf('filter', '-A INPUT -i b\n-A INPUT -i d'))).toBe(lines('-D INPUT 3', '-D INPUT 1'));
  });

  it('lets a rule that moves keep its counters', () => {
    const before = tableOf('filter', '[3:30] -A INPUT -i a\n[4:40] -A INPUT -i b\n[5:50] -A INPUT -i c');
    const after = tableOf('filter', '-A INPUT -i b\n-A INPUT -i c\n-A INPUT -i a');
    expect(text(before, after)).toBe(lines('-D INPUT 1', '[3:30] -A INPUT -i a'));
  });

  it('brings a rule back with the counters that a rollback knows', () => {
    const after = tableOf('filter', '[3:30] -A INPUT -i a\n[0:0] -A INPUT -i b');
    expect(text(tableOf('filter', ''), after)).toBe(lines('[3:30] -A INPUT -i a', '-A INPUT -i b'));
  });

  it('makes all new chains before any rule, and removes chains only when all of them are empty', () => {
    const before = tableOf('filter', '-A INPUT -j old-b\n-A old-a -j old-b\n-A old-b -j ACCEPT');
    const after = tableOf('filter', '-A INPUT -j new-a\n-A new-a -j new-b\n-A new-b -j ACCEPT');
    expect(text(before, after)).toBe(
      lines(
        '-N new-a',
        '-N new-b',
        '-D INPUT 1',
        '-A INPUT -j new-a',
        '-A new-a -j new-b',
        '-A new-b -j ACCEPT',
        '-F old-a',
        '-F old-b',
        '-X old-a',
        '-X old-b',
      ),
    );
  });

  it('flushes a chain of which nothing stays, if that is shorter', () => {
    const before = tableOf('filter', '-A web -i a\n-A web -i b\n-A web -i c\n-A web -i d');
    expect(text(before, tableOf('filter', '-A web -i e'))).toBe(lines('-F web', '-A web -i e'));
    const few = tableOf('filter', '-A web -i a\n-A web -i b');
    expect(text(few, tableOf('filter', '-A web -i e'))).toBe(lines('-D web 2', '-D web 1', '-A web -i e'));
  });

  it('never declares a user chain: that would empty one made meanwhile', () => {
    expect(text(undefined, tableOf('filter', '-A web -j ACCEPT'))).not.toMatch(/^:web/m);
  });

  describe('policies', () => {
    const before = tableOf('filter', ':INPUT ACCEPT [7:70]\n:FORWARD DROP [5:50]\n:OUTPUT ACCEPT [0:0]');

    it('come last, and start with counters of zero unless the goal knows them', () => {
      const after = tableOf('filter', ':INPUT DROP\n-A INPUT -j LOG\n:FORWARD ACCEPT [2:20]');
      const wanted = lines('-A INPUT -j LOG', ':INPUT DROP [0:0]', ':FORWARD ACCEPT [2:20]');
      expect(text(before, after, 'nft')).toBe(wanted);
    });

    it('that stay are not mentioned on nft', () => {
      const after = tableOf('filter', ':INPUT ACCEPT [1:10]\n:FORWARD DROP\n-A INPUT -j LOG');
      expect(text(before, after, 'nft')).toBe(lines('-A INPUT -j LOG'));
    });

    it('that stay get their counters back on legacy, where a commit zeroes them', () => {
      const after = tableOf('filter', ':INPUT ACCEPT\n:FORWARD DROP\n-A INPUT -j LOG');
      const wanted = lines('-A INPUT -j LOG', ':INPUT ACCEPT [7:70]', ':FORWARD DROP [5:50]');
      expect(text(before, after, 'legacy')).toBe(wanted);
    });

    it('of a chain that changes take the counters of a rollback on legacy', () => {
      const after = tableOf('filter', ':INPUT ACCEPT [9:90]\n:FORWARD DROP [6:60]\n-A INPUT -j LOG');
      const wanted = lines('-A INPUT -j LOG', ':INPUT ACCEPT [9:90]', ':FORWARD DROP [5:50]');
      expect(text(before, after, 'legacy')).toBe(wanted);
    });
  });

  it.each(['a\nb', 'a\0b'])('refuses %j, which would end the line', (word) => {
    const after: Table = { name: 'filter', chains: [{ name: 'web', rules: [{ text: `-i ${word}` }] }] };
    expect(() => text(undefined, after)).toThrow(/cannot be written to restore text/);
  });

  it.each(['a\rb', 'a\tb', 'a\u001bb', 'a\udce9b'])('brings a live rule with %j back as it was', (word) => {
    const after: Table = { name: 'filter', chains: [{ name: 'web', rules: [{ text: `-i ${word}` }] }] };
    expect(text(undefined, after)).toContain(`-A web -i ${word}\n`);
  });

  it.each(['', 'two words', '-N', '!web', ':web', 'quo"te', 'back\\slash', 'line\nfeed'])(
    'refuses a chain called %j',
    (name) => {
      const after: Table = { name: 'filter', chains: [{ name, rules: [] }] };
      expect(() => text(undefined, after)).toThrow(/cannot be written to restore text/);
    },
  );

  it('refuses counters that are not digits', () => {
    const rule = { text: '-j ACCEPT', counters: ['1', '2] -j DROP\n'] } as const;
    expect(() => text(undefined, { name: 'filter', chains: [{ name: 'web', rules: [rule] }] })).toThrow(/Counters/);
  });

  it('refuses a line that iptables-restore would read as two, counting bytes and not characters', () => {
    const ruleOf = (comment: string) => tableOf('filter', `-A web -m comment --comment "${comment}"`);
    const start = '-A web -m comment --comment ""'.length;
    expect(text(undefined, ruleOf('x'.repeat(10_239 - start)))).toContain('xxx');
    expect(() => text(undefined, ruleOf('x'.repeat(10_240 - start)))).toThrow(/10239 bytes/);
    expect(() => text(undefined, ruleOf('ü'.repeat(6_000)))).toThrow(/10239 bytes/);
  });
});

function text(before: Table | undefined, after: Table, backend: Backend = 'nft'): string {
  return compileText(diffTable(after.name, before, after), {
    backend,
    ownership: ownershipOf(after.name, { kind: 'exclusive', keep: [] }),
    before,
  });
}

function lines(...inside: readonly string[]): string {
  return ['*filter', ...inside, 'COMMIT', ''].join('\n');
}
