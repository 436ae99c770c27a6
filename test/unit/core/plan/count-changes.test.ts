import { describe, expect, it } from 'vitest';
import { diffTable } from '../../../../src/core/diff/diff-table.ts';
import { viewTable } from '../../../../src/core/diff/view.ts';
import { countChanges } from '../../../../src/core/plan/count-changes.ts';
import type { TableStep } from '../../../../src/core/plan/types.ts';
import { tableOf } from '../../../support/table-of.ts';

describe('countChanges', () => {
  it('counts nothing where there is no step', () => {
    const none = { add: 0, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 };
    expect(countChanges([])).toEqual(none);
  });

  it('counts every family for itself, with the rules of new and removed chains', () => {
    const before = `-A INPUT -i a
      -A INPUT -i b -j ACCEPT
      -A INPUT -i c
      -A INPUT -i d
      -A old -j ACCEPT`;
    const after = `:INPUT DROP
      -A INPUT -i b -j DROP
      -A INPUT -i c
      -A INPUT -i d
      -A INPUT -i a
      -A new -j LOG
      -A new -j DROP`;
    const once = { add: 2, change: 1, move: 1, remove: 1, policies: 1, chainsAdded: 1, chainsRemoved: 1 };
    const twice = Object.fromEntries(Object.entries(once).map(([kind, count]) => [kind, count * 2]));
    const step = stepOf(before, after);
    expect(countChanges([step])).toEqual(once);
    expect(countChanges([step, { ...step, family: 'ipv6' }])).toEqual(twice);
  });
});

function stepOf(before: string, after: string): TableStep {
  const [from, to] = [tableOf('filter', before), tableOf('filter', after)];
  const diff = diffTable('filter', from, to);
  return {
    namespace: { kind: 'host' },
    family: 'ipv4',
    backend: 'nft',
    table: 'filter',
    ownership: { kind: 'exclusive', keep: [] },
    chains: viewTable(diff, { context: 3, originOf: () => undefined }),
    edits: [],
    reverse: [],
    before: from,
    after: to,
    digests: { before: '', after: '' },
    created: false,
    notes: [],
  };
}
