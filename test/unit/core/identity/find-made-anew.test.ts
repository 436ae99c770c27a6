import { expect, test } from 'vitest';
import { appliedInAfter } from '../../../../src/core/generation/applied-in.ts';
import type { KeptNamespace } from '../../../../src/core/generation/types.ts';
import { findAnew, namespacesToSee, type SeenBefore } from '../../../../src/core/identity/find-made-anew.ts';
import type { AppliedIn } from '../../../../src/core/identity/types.ts';
import type { Namespace } from '../../../../src/core/rules/types.ts';
import { EVERYTHING } from '../../../../src/core/selection/types.ts';

const HOST: Namespace = { kind: 'host' };
const BLUE: Namespace = { kind: 'named', name: 'blue' };
const AT = '2026-10-05T14:02:07.000Z';
const HERE = { boot: 'b1', machine: 'm1', folder: '24:1' };
const was = (more: Partial<SeenBefore> = {}): SeenBefore => ({
  ...HERE,
  at: AT,
  journal: 'j1',
  namespaces: [
    { namespace: HOST, cookie: '1', file: '4:1:1' },
    { namespace: BLUE, cookie: '7', file: '4:7:1' },
  ],
  ...more,
});
const why = (records: readonly SeenBefore[], here: typeof HERE | { boot: string }, found: SeenBefore['namespaces']) =>
  findAnew(records, here, found).anew.map((one) => `${one.namespace.kind} ${one.why}`);

test('the same namespaces are nothing to tell', () => {
  expect(findAnew([was()], HERE, was().namespaces)).toEqual({ anew: [], open: [] });
  expect(findAnew([was()], HERE, [])).toEqual({ anew: [], open: [] });
});

test('in the same boot another cookie is another namespace, made anew where its name was looked up in the same folder', () => {
  const found = [
    { namespace: HOST, cookie: '2' },
    { namespace: BLUE, cookie: '8' },
  ];
  expect(why([was()], HERE, found)).toEqual(['host other namespace', 'named made anew']);
  expect(why([was({ folder: '25:1' })], HERE, found)).toEqual(['host other namespace', 'named other namespace']);
});

test('another boot and another machine are told without a look, and which of both only where machines have names', () => {
  expect(namespacesToSee([was({ boot: 'b0' }), was({ machine: 'm0' })], HERE)).toEqual([]);
  expect(why([was({ boot: 'b0' })], HERE, [])).toEqual(['host booted', 'named booted']);
  expect(why([was({ boot: 'b0', machine: 'm0' })], HERE, [])).toEqual(['host other machine', 'named other machine']);
  expect(why([was({ boot: 'b0' })], { boot: 'b1' }, [])).toEqual(['host other boot', 'named other boot']);
});

test('what a file leaves open is asked for, and where nothing shows it there is no warning', () => {
  const found = [{ namespace: BLUE, file: '4:7:2' }];
  expect(findAnew([was()], HERE, found)).toEqual({ anew: [], open: [BLUE] });
  expect(why([was()], HERE, [{ namespace: BLUE, cookie: '7', file: '4:7:2' }])).toEqual([]);
  expect(why([was()], HERE, [{ namespace: BLUE, file: '4:9:2' }])).toEqual(['named made anew']);
});

test('of two applies the later one is named', () => {
  const later = was({ at: '2026-10-06T00:00:00.000Z', journal: 'j2' });
  for (const records of [
    [was(), later],
    [later, was()],
  ]) {
    const { anew } = findAnew(records, HERE, [{ namespace: BLUE, cookie: '8' }]);
    expect(anew.map(({ since }) => since.journal)).toEqual(['j2']);
  }
});

const kept = (namespace: Namespace): KeptNamespace => ({
  namespace,
  backend: 'nft',
  owners: ['fw'],
  claims: [],
  sets: [],
});
const applied = (journal: string, ...namespaces: readonly Namespace[]): AppliedIn => ({
  ...HERE,
  at: AT,
  journal,
  namespaces: namespaces.map((namespace) => ({ namespace })),
});

test('an apply is the new place of what it proved as a whole; what it left out keeps the old one', () => {
  const before = [applied('j1', HOST, BLUE)];
  const state = [kept(HOST), kept(BLUE)];
  const after = (seen: AppliedIn | undefined, selection?: Partial<typeof EVERYTHING>) =>
    appliedInAfter(before, state, seen, selection && { ...EVERYTHING, ...selection }).map(
      ({ journal, namespaces }) => `${journal}: ${namespaces.map(({ namespace }) => namespace.kind).join(' ')}`,
    );
  expect(after(applied('j2', HOST, BLUE))).toEqual(['j2: host named']);
  expect(after(applied('j2', BLUE), { namespaces: ['blue'] })).toEqual(['j1: host', 'j2: named']);
  expect(after(applied('j2', HOST, BLUE), { tables: ['nat'] })).toEqual(['j1: host named']);
  expect(after(undefined)).toEqual(['j1: host named']);
  expect(appliedInAfter(before, [kept(HOST)], undefined, undefined)).toEqual([applied('j1', HOST)]);
  expect(appliedInAfter([], state, applied('j2', HOST, BLUE), { ...EVERYTHING, tables: ['nat'] })).toEqual([
    applied('j2', HOST, BLUE),
  ]);
});
