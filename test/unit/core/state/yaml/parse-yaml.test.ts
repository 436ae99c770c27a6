import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../../../src/core/state/yaml/parse-yaml.ts';
import type { YamlNode } from '../../../../../src/core/state/yaml/yaml-node.ts';

function codes(text: string): readonly string[] {
  return parseYaml({ path: 'f', text }).diagnostics.map((one) => one.code);
}

function firstValue(text: string): YamlNode | undefined {
  const [document] = parseYaml({ path: 'f', text }).documents;
  return document?.kind === 'map' ? document.entries[0]?.value : undefined;
}

describe('parseYaml', () => {
  test.each(['no', '0x10', '1e3', '2020-01-01', 'true', '017', '1_000', '.5'])('keeps %s as text', (word) => {
    expect(firstValue(`a: ${word}`)).toMatchObject({ kind: 'text', text: word, exact: true });
  });

  test.each([
    ['plain', 'a: -j ACCEPT', true],
    ['single-quoted', "a: '-j ACCEPT'", true],
    ['double-quoted', 'a: "-j ACCEPT"', true],
    ['escaped', 'a: "-j \\x41CCEPT"', false],
    ['folded', 'a: >-\n  -j\n  ACCEPT', false],
    ['several lines', 'a: -j\n  ACCEPT', false],
    ['literal', 'a: |\n  -j ACCEPT\n', false],
  ])('knows whether places inside a %s text can be pointed at', (_, text, exact) => {
    const value = firstValue(text);
    expect(value).toMatchObject({ kind: 'text', text: '-j ACCEPT', exact });
    const { start, end } = value?.span ?? { start: 0, end: 0 };
    expect(text.slice(start, end) === '-j ACCEPT').toBe(exact);
  });

  test('reads several documents, and leaves out those that are empty', () => {
    expect(parseYaml({ path: 'f', text: '# only words\n---\na: b\n---\n---\nc: d\n...\n' }).documents).toHaveLength(2);
    expect(parseYaml({ path: 'f', text: '' })).toMatchObject({ documents: [], diagnostics: [] });
  });

  test('reads the other documents when one is broken', () => {
    const { documents, diagnostics } = parseYaml({ path: 'f', text: 'a: [\n---\nc: d\n' });
    expect(documents).toHaveLength(1);
    expect(diagnostics).toHaveLength(1);
  });

  test('an alias stands for the anchored value, at the place of the anchor', () => {
    const { documents, diagnostics } = parseYaml({ path: 'f', text: 'a: &x text\nb: *x\n' });
    expect(diagnostics).toEqual([]);
    const [document] = documents;
    const entries = document?.kind === 'map' ? document.entries : [];
    expect(entries[1]?.value).toBe(entries[0]?.value);
  });

  test.each([
    ['a value inside itself', 'a: &x [*x]'],
    ['an unknown alias', 'a: *x'],
    ['an anchor of another document', 'a: &x b\n---\nc: *x'],
    ['a key that is a list', '? [a]\n: b'],
    ['a key that is empty', '? \n: b'],
  ])('refuses %s', (_, text) => {
    expect(codes(text)).toEqual(['state.syntax']);
  });

  test('refuses keys that are written twice, also when there are very many', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `k${index}: x\n`).join('');
    expect(codes(`${many}k7: y\n`)).toEqual(['state.duplicate-key']);
    expect(codes('"a": 1\na: 2\n')).toEqual(['state.duplicate-key']);
  });

  test.each(['a: !x b', 'a: !!int 5', 'a:\n  - ! -i lo', 'a: !<tag:x> b', 'a: !!map {}'])(
    'refuses the tag in %j',
    (text) => {
      expect(codes(text)).toEqual(['state.tag']);
    },
  );

  test('ends on hostile nesting, size and numbers of errors', () => {
    expect(codes(`a: ${'['.repeat(200_000)}`).length).toBeGreaterThan(0);
    expect(codes('x'.repeat(10_000_001))).toEqual(['state.too-large']);
    expect(codes('@\n'.repeat(10_000)).length).toBeLessThanOrEqual(3);
  });
});
