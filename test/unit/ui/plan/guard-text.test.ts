import { expect, test } from 'vitest';
import { type Finding, placeOf } from '../../../../src/core/guards/finding.ts';
import { printFindings } from '../../../../src/ui/plan/guard-text.ts';
import { pageOf } from '../../../../src/ui/text/page.ts';

const FINDING: Finding = {
  id: 'FWG03',
  title: 'more than half of the chain is removed',
  namespace: { kind: 'named', name: 'blue' },
  families: ['ipv4', 'ipv6'],
  table: 'filter',
  chain: 'INPUT',
  evidence: ['ipv4: 5 of 8 rules are removed', 'rule 2: -m comment --comment "a\u202eb" -j DROP'],
  flag: '--allow-mass-removal',
};

test('a guard is one line with its flag, the evidence below it', () => {
  expect(print({ width: 120 })).toEqual([
    '! FWG03  more than half of the chain is removed: filter INPUT in blue (4+6)                   needs --allow-mass-removal',
    '    ipv4: 5 of 8 rules are removed',
    '    rule 2: -m comment --comment "a\\u{202e}b" -j DROP',
  ]);
});

test('the flag goes below where there is no room', () => {
  expect(print({ width: 80 }).slice(0, 2)).toEqual([
    '! FWG03  more than half of the chain is removed: filter INPUT in blue (4+6)',
    '    needs --allow-mass-removal',
  ]);
});

test('a guard of a whole table names no chain', () => {
  const { chain: _, ...finding } = FINDING;
  expect(printFindings(pageOf({ width: 80, colour: false, unicode: false }), [finding])[0]).toContain(
    ': filter in blue (4+6)',
  );
});

test('a guard of all tables together names none', () => {
  const { chain: _, table: __, ...finding } = FINDING;
  expect(printFindings(pageOf({ width: 120, colour: false, unicode: false }), [finding])[0]).toContain(
    '! FWG03  more than half of the chain is removed in blue (4+6)  ',
  );
  expect(placeOf(finding)).toBe('blue, ipv4 and ipv6');
});

test('the text is the same in colour', () => {
  const sequence = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  const [coloured, plain] = [true, false].map((colour) => print({ width: 120, colour }));
  expect(coloured).not.toEqual(plain);
  expect(coloured?.map((line) => line.replace(sequence, ''))).toEqual(plain);
});

test('nothing found is nothing to print', () => {
  expect(printFindings(pageOf({ width: 80, colour: false, unicode: false }), [])).toEqual([]);
});

function print({ width, colour = false }: { readonly width: number; readonly colour?: boolean }): readonly string[] {
  return printFindings(pageOf({ width, colour, unicode: false }), [FINDING]);
}

test('the line of a guard breaks between words, and its flag stays whole', () => {
  expect(print({ width: 60 }).slice(0, 3)).toEqual([
    '! FWG03  more than half of the chain is removed: filter',
    '    INPUT in blue (4+6)',
    '    needs --allow-mass-removal',
  ]);
});
