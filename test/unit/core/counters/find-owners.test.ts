import { expect, test } from 'vitest';
import { searchOwners } from '../../../../src/core/counters/find-owners.ts';
import type { CounterRow, Owner } from '../../../../src/core/counters/types.ts';
import type { NumberedGeneration } from '../../../../src/core/generation/types.ts';
import { generation, row } from './rows.ts';

const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';

/** Newest first, as the use-case reads them. */
function ownersOf(rows: readonly CounterRow[], generations: readonly NumberedGeneration[]): readonly Owner[] {
  const search = searchOwners(rows);
  for (const one of generations) if (!search.see(one)) break;
  return search.owned().map(({ owner }) => owner);
}

function declares(number: number, rules: readonly (readonly [string, string?])[]): NumberedGeneration {
  return generation(number, [{ chains: [{ name: 'fw-INPUT', hookInto: 'INPUT', rules }] }]);
}

const inFw = { chain: 'fw-INPUT' };

test('a rule is of the first of the unbroken run of generations that declare it', () => {
  const all = [declares(4, [[SSH, 'a:4']]), declares(3, [[SSH, 'a:3']]), declares(2, []), declares(1, [[SSH, 'a:1']])];
  expect(ownersOf([row(SSH, 1, inFw)], all)).toEqual([
    {
      kind: 'state',
      state: 'edge',
      generation: 3,
      at: '2026-01-03T00:00:00.000Z',
      operator: 'ann',
      commit: 'abc',
      origin: 'a:3',
    },
  ]);
});

test('a run that reaches the oldest generation that was looked at may have begun earlier, but not before generation 1', () => {
  const later = [declares(3, [[SSH]]), declares(2, [[SSH]])];
  expect(ownersOf([row(SSH, 1, inFw)], later)[0]).toMatchObject({ generation: 2, isOldest: true });
  expect(ownersOf([row(SSH, 1, inFw)], [...later, declares(1, [[SSH]])])[0]).not.toHaveProperty('isOldest');
});

test('no earlier generation is asked for once it could tell nothing', () => {
  const search = searchOwners([row(SSH, 1, inFw)]);
  expect(search.see(declares(3, [[SSH]]))).toBe(true);
  expect(search.see(declares(2, []))).toBe(false);
  expect(searchOwners([row('-j LOG', 1)]).see(declares(3, [[SSH]]))).toBe(false);
});

test('the jump to a chain of a state is of that state, a jump elsewhere is not', () => {
  const rows = [row('-j fw-INPUT', 1), row('-j fw-OTHER', 2), row('-s 192.0.2.1/32 -j fw-INPUT', 3)];
  expect(ownersOf(rows, [declares(1, [])]).map(({ kind }) => kind)).toEqual(['state', 'foreign', 'foreign']);
});

test('a policy is of the state that declares this very policy', () => {
  const [drop, accept] = [row('policy DROP', undefined), row('policy ACCEPT', undefined)];
  const dropping = generation(1, [{ policies: { INPUT: 'DROP' } }]);
  expect(ownersOf([drop, accept], [dropping]).map(({ kind }) => kind)).toEqual(['state', 'kernel']);
  expect(ownersOf([drop], [generation(1, [{}])])[0]).toEqual({ kind: 'foreign' });
  const exclusive = generation(1, [{ ownership: { kind: 'exclusive', keep: [] } }]);
  expect(ownersOf([accept], [exclusive])[0]).toMatchObject({ kind: 'state' });
  expect(ownersOf([accept], [generation(1, [{}])])[0]).toEqual({ kind: 'kernel' });
});

test('what no state declares is of the program that such names are known of', () => {
  const rows = [
    row('-j DOCKER-USER', 1),
    row('-j RETURN', 1, { chain: 'f2b-sshd' }),
    row('-m comment --comment "-j DOCKER" -j DROP', 2),
    row('-j DROP', 1, { chain: '__proto__' }),
  ];
  expect(ownersOf(rows, [])).toEqual([
    { kind: 'program', program: 'Docker' },
    { kind: 'program', program: 'fail2ban' },
    { kind: 'foreign' },
    { kind: 'foreign' },
  ]);
});

test('the same rule in another namespace, family, table or chain is another one', () => {
  const rows = [
    row(SSH, 1, inFw),
    row(SSH, 1),
    row(SSH, 1, { ...inFw, family: 'ipv6' }),
    row(SSH, 1, { ...inFw, table: 'mangle' }),
    row(SSH, 1, { ...inFw, namespace: 'green' }),
  ];
  const kinds = ownersOf(rows, [declares(1, [[SSH]])]).map(({ kind }) => kind);
  expect(kinds).toEqual(['state', 'foreign', 'foreign', 'foreign', 'foreign']);
});
