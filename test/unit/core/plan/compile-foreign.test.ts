import { describe, expect, it } from 'vitest';
import { diffTable } from '../../../../src/core/diff/diff-table.ts';
import { ownershipOf } from '../../../../src/core/ownership/ownership.ts';
import type { Table } from '../../../../src/core/rules/types.ts';
import { compileText } from '../../../support/restore-text.ts';
import { tableOf } from '../../../support/table-of.ts';

const OURS = ':fw-INPUT -\n:fw-web -\n';
const filter = (rules: string): Table => tableOf('filter', OURS + rules);

describe('compile in chains of others', () => {
  it('puts a first jump at place 1 and a last one at the end', () => {
    const foreign = '-A INPUT -j DOCKER\n-A INPUT -j DROP';
    const before = filter(foreign);
    expect(text(before, filter(`-A INPUT -j fw-INPUT\n${foreign}`))).toEqual(['-I INPUT 1 -j fw-INPUT']);
    expect(text(before, filter(`${foreign}\n-A INPUT -j fw-INPUT`))).toEqual(['-A INPUT -j fw-INPUT']);
  });

  it('deletes by text', () => {
    const before = filter('-A INPUT -j DOCKER\n-A INPUT -j fw-INPUT\n-A INPUT -j DROP');
    const after = filter('-A INPUT -j DOCKER\n-A INPUT -j DROP');
    expect(text(before, after)).toEqual(['-D INPUT -j fw-INPUT']);
  });

  it('moves our jump and not the foreign rule that it passes, with its counters', () => {
    const before = filter('[4:40] -A INPUT -j DOCKER\n[6:60] -A INPUT -j fw-INPUT\n[7:70] -A INPUT -j fw-web');
    const after = filter('-A INPUT -j fw-INPUT\n-A INPUT -j fw-web\n-A INPUT -j DOCKER');
    expect(text(before, after)).toEqual([
      '-D INPUT -j fw-INPUT',
      '-D INPUT -j fw-web',
      '[6:60] -I INPUT 1 -j fw-INPUT',
      '[7:70] -I INPUT 2 -j fw-web',
    ]);
  });

  it('takes all equal jumps out when one goes, and puts those that stay back', () => {
    const before = filter('[1:10] -A INPUT -j fw-INPUT\n-A INPUT -j DROP\n[2:20] -A INPUT -j fw-INPUT');
    const after = filter('-A INPUT -j DROP\n-A INPUT -j fw-INPUT');
    expect(text(before, after)).toEqual([
      '-D INPUT -j fw-INPUT',
      '-D INPUT -j fw-INPUT',
      '[1:10] -A INPUT -j fw-INPUT',
    ]);
  });

  it('never flushes, however many jumps of ours a chain loses', () => {
    const before = filter('-A INPUT -j fw-INPUT\n'.repeat(6));
    expect(text(before, filter('-A INPUT -j fw-web'))).toEqual([
      ...Array(6).fill('-D INPUT -j fw-INPUT'),
      '-I INPUT 1 -j fw-web',
    ]);
  });

  it.each([
    ['removed', '-A INPUT -j DROP', '', 'removed: "-j DROP"'],
    ['added', '', '-A INPUT -j DROP', 'added: "-j DROP"'],
    ['changed', '-A INPUT -j DROP', '-A INPUT -j LOG', 'changed: "-j DROP" to "-j LOG"'],
    ['moved', '-A INPUT -j DROP\n-A INPUT -j LOG', '-A INPUT -j LOG\n-A INPUT -j DROP', 'changed: "-j DROP"'],
    ['named in a comment only', '', '-A INPUT -m comment --comment "-j fw-web" -j DROP', 'added: '],
  ])('refuses a foreign rule that would be %s', (_, before, after, message) => {
    expect(() => text(filter(before), filter(after))).toThrow(message);
    expect(() => text(filter(before), filter(after))).toThrow('chain INPUT');
  });

  it('refuses to add or remove a whole chain of others, and to flush one', () => {
    const docker = filter('-A DOCKER -j ACCEPT');
    expect(() => text(docker, filter(''))).toThrow('chain DOCKER does not belong to fw and would be removed');
    expect(() => text(filter(''), docker)).toThrow('chain DOCKER does not belong to fw and would be added');
    expect(() => text(docker, filter(':DOCKER -'))).toThrow('chain DOCKER');
  });

  it('sets a policy that was declared', () => {
    const after = filter(':INPUT DROP\n-A INPUT -j DOCKER');
    expect(text(filter('-A INPUT -j DOCKER'), after)).toEqual([':INPUT DROP [0:0]']);
  });
});

/** Lines between the table line and COMMIT. */
function text(before: Table, after: Table): readonly string[] {
  const ownership = ownershipOf('filter', { kind: 'shared', owners: ['fw'] });
  const restore = compileText(diffTable('filter', before, after), { backend: 'nft', ownership, before });
  return restore.split('\n').slice(1, -2);
}
