import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printSetEdits } from '../../../../../src/core/sets/ipset/print-set-edits.ts';
import { readSetEdits } from '../../../../../src/core/sets/ipset/read-set-edits.ts';
import {
  addedEntries,
  passingEntries,
  removedElements,
  type SetEdit,
} from '../../../../../src/core/sets/ipset/set-edit.ts';

const name = fc.constantFrom('fw-a', 'fw-a~', 'fw-b');
const element = fc.constantFrom('10.0.0.0/8', '192.0.2.1', '10.0.0.1,tcp:22', '2001:db8::/32');
const entry = fc
  .tuple(element, fc.constantFrom('', ' nomatch', ' comment "a timeout 9 -exist b"', ' skbmark 0x1'))
  .map(([what, words]) => `${what}${words}`);
const passing = fc.tuple(element, fc.integer({ min: 1, max: 99 })).map(([what, left]) => `${what} timeout ${left}`);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 4 });

const edit: fc.Arbitrary<SetEdit> = fc.oneof(
  fc.record({
    kind: fc.constant('create' as const),
    set: name,
    header: fc.constant('hash:net family inet timeout 600'),
  }),
  fc.record({ kind: fc.constant('add' as const), set: name, entries: some(entry), overtakes: fc.boolean() }),
  fc.record({ kind: fc.constant('add passing' as const), set: name, entries: some(passing) }),
  fc.record({ kind: fc.constant('del' as const), set: name, elements: some(element) }),
  fc.record({ kind: fc.constant('swap' as const), set: name, other: name }),
  fc.record({ kind: fc.constant('destroy' as const), set: name }),
);

test('what is printed is read as what it does', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
      const read = readSetEdits(printSetEdits(edits));
      expect(read).toBeDefined();
      for (const of of [addedEntries, passingEntries, removedElements]) expect(of(read ?? [])).toEqual(of(edits));
      expect(printSetEdits(read ?? [])).toBe(printSetEdits(edits));
    }),
    { seed: 20261128, numRuns: 300 },
  );
});

test.each([
  'add fw-a 10.0.0.1',
  'flush fw-a\n',
  'add fw-a\n',
  'destroy fw-a now\n',
  '\n',
  'add fw-a 10.0.0.1\n\n',
  ' add fw-a 10.0.0.1\n',
  'rename fw-a fw-b\n',
])('%j is nothing that is printed', (text) => {
  expect(readSetEdits(text)).toBeUndefined();
});
