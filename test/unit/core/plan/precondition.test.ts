import { describe, expect, test } from 'vitest';
import { digestForeign, digestOwned, digestPrecondition } from '../../../../src/core/plan/precondition.ts';
import { addEdit, type Edit } from '../../../../src/core/restore/edit.ts';
import { tableOf } from '../../../support/table-of.ts';

const shared = (...edits: readonly Edit[]) => ({
  table: 'filter' as const,
  ownership: { kind: 'shared' as const, owners: ['fw'] },
  edits: [edits],
});
const base = '-A INPUT -j fw-INPUT\n-A INPUT -s 192.0.2.1/32 -j DROP\n-A fw-INPUT -j ACCEPT\n-A theirs -j RETURN';
const table = (text: string) => tableOf('filter', text);

describe('what a shared step relies on', () => {
  test.each([
    ['a rule of others in a built-in chain', `${base}\n-A INPUT -s 192.0.2.2/32 -j DROP`],
    ['a rule of others in their own chain', `${base}\n-A theirs -j ACCEPT`],
    ['a chain of others', `${base}\n-A more -j ACCEPT`],
  ])('is not %s', (_, changed) => {
    expect(digestPrecondition(shared(), table(changed))).toBe(digestPrecondition(shared(), table(base)));
    expect(digestForeign(shared(), table(changed))).not.toBe(digestForeign(shared(), table(base)));
  });

  test.each([
    ['a rule in a chain of ours', `${base}\n-A fw-INPUT -j DROP`],
    ['a jump to a chain of ours', `${base}\n-A OUTPUT -j fw-INPUT`],
    ['a policy', `:INPUT DROP\n${base}`],
  ])('is %s', (_, changed) => {
    expect(digestPrecondition(shared(), table(changed))).not.toBe(digestPrecondition(shared(), table(base)));
    expect(digestOwned(shared(), table(changed))).not.toBe(digestOwned(shared(), table(base)));
    expect(digestForeign(shared(), table(changed))).toBe(digestForeign(shared(), table(base)));
  });

  test('is the whole of a foreign chain only where the edits count its rules', () => {
    const changed = table(`${base}\n-A INPUT -s 192.0.2.2/32 -j DROP`);
    const differs = (...edits: readonly Edit[]) =>
      digestPrecondition(shared(...edits), changed) !== digestPrecondition(shared(...edits), table(base));
    const insert = (place: number) => addEdit('INPUT', place, '-j fw-INPUT', undefined);
    expect(differs(insert(1), addEdit('INPUT', 'end', '-j fw-b', undefined))).toBe(false);
    expect(differs(insert(2))).toBe(true);
    expect(differs(addEdit('INPUT', 12, '-j fw-INPUT', ['1', '2']))).toBe(true);
  });
});

test('an exclusive step relies on everything but what is kept', () => {
  const step = { table: 'filter' as const, ownership: { kind: 'exclusive' as const, keep: ['theirs'] }, edits: [] };
  const digest = (text: string) => digestPrecondition(step, table(text));
  expect(digest(`${base}\n-A theirs -j ACCEPT`)).toBe(digest(base));
  expect(digest(`${base}\n-A INPUT -j theirs`)).not.toBe(digest(base));
});
