import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSave } from '../../src/core/restore/parse-save.ts';
import { parseScript } from '../../src/core/restore/parse-script.ts';
import { printTable } from '../../src/core/restore/print-table.ts';
import { printWords } from '../../src/core/rule-text/print-words.ts';
import { BUILTIN, isBuiltin, TABLES } from '../../src/core/rules/builtin.ts';
import { findForbiddenCharacter } from '../../src/core/rules/forbidden-character.ts';
import type { Chain, Counters, Ruleset, TableName } from '../../src/core/rules/types.ts';

const counters: fc.Arbitrary<Counters> = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 9n }))
  .map(([packets, bytes]) => [String(packets), String(bytes)]);

const AWKWARD = [
  '"',
  "'",
  '\\',
  ' ',
  '-',
  '!',
  '#',
  '$',
  '[',
  ']',
  ',',
  ':',
  '*',
  'a',
  '0',
  'é',
  '😀',
  '-A',
  '-j',
  'COMMIT',
];

const text = fc.oneof(
  fc.array(fc.constantFrom(...AWKWARD), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((word) => findForbiddenCharacter(word) < 0),
);

const rule = fc.tuple(text, fc.constantFrom('ACCEPT', 'web', 'LOG'), counters).map(([comment, target, counts]) => ({
  text: printWords(['-s', '10.0.0.0/8', '-m', 'comment', '--comment', comment, '-j', target]),
  counters: counts,
}));

function chain(name: string, builtin: boolean): fc.Arbitrary<Chain> {
  const parts = {
    rules: fc.array(rule, { maxLength: 4 }),
    counters,
    policy: fc.constantFrom('ACCEPT' as const, 'DROP' as const),
  };
  return fc.record(parts).map(({ policy, ...rest }) => (builtin ? { name, policy, ...rest } : { name, ...rest }));
}

function chains(table: TableName): fc.Arbitrary<readonly Chain[]> {
  const names = fc.uniqueArray(
    fc.stringMatching(/^[a-zé#$*:][\w:.'\\-]{0,20}$/).filter((name) => !isBuiltin(table, name)),
    { maxLength: 3 },
  );
  return names.chain((user) =>
    fc.tuple(...BUILTIN[table].map((name) => chain(name, true)), ...user.map((name) => chain(name, false))),
  );
}

const ruleset: fc.Arbitrary<Ruleset> = fc
  .subarray([...TABLES])
  .chain((names) => fc.tuple(...names.map((name) => chains(name).map((list) => ({ name, chains: list })))))
  .map((tables) => ({ family: 'ipv4' as const, tables }));

test('a printed ruleset is read back as it was', () => {
  fc.assert(
    fc.property(ruleset, (before) => {
      const { ruleset: after, problems } = parseSave(printAll(before, true), before.family);
      expect(problems).toEqual([]);
      expect(after).toEqual(before);
    }),
    { seed: 20262, numRuns: 300 },
  );
});

test('a printed ruleset is a script that makes it, comments of any kind included', () => {
  fc.assert(
    fc.property(ruleset, fc.boolean(), (before, withCounters) => {
      const { tables, diagnostics } = parseScript('a', printAll(before, withCounters), before.family);
      expect(diagnostics).toEqual([]);
      const made = tables.map(({ chains }) =>
        chains.map(({ name, policy, rules }) => [name, policy?.policy, ...rules.map((r) => r.text)]),
      );
      expect(made).toEqual(
        before.tables.map((table) =>
          table.chains.map(({ name, policy, rules }) => [name, policy, ...rules.map((r) => r.text)]),
        ),
      );
    }),
    { seed: 20263, numRuns: 300 },
  );
});

test('any text ends in tables or diagnostics, with spans inside the text and rules on one line', () => {
  const pieces = [
    '*filter',
    '*raw',
    'COMMIT',
    ':x',
    '- [0:0]',
    '-A',
    '-I',
    'x',
    'INPUT',
    '1',
    '-s',
    'a,b',
    '"',
    '\\',
    '-6',
    '#',
    ' ',
    '\n',
    '\n',
    '\r',
    '[1:2]',
    '\0',
    '!',
    '-D',
    '-X',
    '-c',
  ];
  const script = fc
    .array(fc.constantFrom(...pieces), { maxLength: 60 })
    .map((parts) => `*filter\n${parts.join(' ').replaceAll(' \n ', '\n')}`);
  fc.assert(
    fc.property(script, (source) => {
      const { tables, diagnostics } = parseScript('a', source, 'ipv4');
      for (const { span } of diagnostics) {
        expect(span?.start).toBeGreaterThanOrEqual(0);
        expect(span?.end).toBeLessThanOrEqual(source.length);
        expect(span?.end).toBeGreaterThan(span?.start ?? source.length);
      }
      const rules = tables.flatMap((table) => table.chains.flatMap((list) => list.rules));
      expect(rules.filter((made) => findForbiddenCharacter(made.text) >= 0)).toEqual([]);
    }),
    { seed: 20264, numRuns: 3000 },
  );
});

function printAll({ tables }: Ruleset, counters: boolean): string {
  return tables.map((table) => printTable(table, { counters })).join('');
}
