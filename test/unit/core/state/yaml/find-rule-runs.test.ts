import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findRuleRuns } from '../../../../../src/core/state/yaml/find-rule-runs.ts';
import { parseYaml } from '../../../../../src/core/state/yaml/parse-yaml.ts';
import type { YamlNode } from '../../../../../src/core/state/yaml/yaml-node.ts';

/** The tree as plain values, after a check that exact texts stand in the file where they say. */
function plain(text: string, node: YamlNode): unknown {
  switch (node.kind) {
    case 'text':
      if (node.exact) expect(text.slice(node.span.start, node.span.end)).toBe(node.text);
      return node.text;
    case 'list':
      return node.items.map((item) => plain(text, item));
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(text, value)]));
    case 'empty':
      return '';
    default:
      return node satisfies never;
  }
}

function lines(count: number, indent: string): string {
  return Array.from({ length: count }, (_, index) => `${indent}- -p tcp --dport ${index} -j ACCEPT\n`).join('');
}

describe('findRuleRuns', () => {
  test('hides the middle of a long list of rules and moves nothing', () => {
    const text = `a:\n${lines(9, '  ')}b: c\n`;
    const found = findRuleRuns(text);
    expect(found.text.length).toBe(text.length);
    expect(found.text.match(/--dport \d/g)).toEqual(['--dport 0', '--dport 8']);
    expect([...found.runs.values()].map(({ between }) => between.length)).toEqual([14]);
  });

  test.each([
    ['short lists', lines(3, '  ')],
    ['rules with a colon before a blank', '- -j LOG --log-prefix a: b\n'.repeat(9)],
    ['rules with a number sign after a blank', '- -j ACCEPT #x\n'.repeat(9)],
    ['items that are lists', '- - -j ACCEPT\n'.repeat(9)],
    ['items that end in a colon', '- -j ACCEPT:\n'.repeat(9)],
    ['document marks', '---\n'.repeat(9)],
    ['lines with carriage returns', '- -j ACCEPT\r\n'.repeat(9)],
  ])('leaves %s alone', (_, text) => {
    expect(findRuleRuns(text)).toEqual({ text, runs: new Map() });
  });

  test.each([
    ['a literal text', `a: |-\n${lines(9, '  ')}b: c\n`],
    ['a quoted text', `a: "x\n${lines(9, '  ')}  "\nb: c\n`],
    ['a plain text of several lines', `a: x\n${lines(9, '  ')}b: c\n`],
    ['the end of a text', `a:\n  - x\n${lines(9, '    ')}${lines(9, '  ')}`],
    ['a last rule that goes on', `a:\n${lines(9, '  ')}      -m x\n`],
  ])('gives what the YAML library gives for %s', (_, text) => {
    const { documents, diagnostics } = parseYaml({ path: 'f', text });
    expect(diagnostics).toEqual([]);
    expect(documents.map((document) => plain(text, document))).toEqual([parse(text, { schema: 'failsafe' })]);
  });

  test('gives what the YAML library gives for any mixture of such lines', () => {
    const line = fc.constantFrom(
      '- -j ACCEPT',
      '- -s 10.0.0.1 -j DROP',
      '- -j ACCEPT # note',
      '- rule: -j X',
      '  - -j ACCEPT',
      'a: |',
      'b:',
      '"',
      '',
      '# note',
      '- "-j ACCEPT"',
      '  -j Y',
      '- x',
    );
    const block = fc.tuple(line, fc.integer({ min: 1, max: 7 })).map(([one, times]) => `${one}\n`.repeat(times));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), (blocks) => {
        const text = blocks.join('');
        let expected: unknown;
        try {
          expected = parse(text, { schema: 'failsafe', logLevel: 'silent' });
        } catch {
          expected = undefined;
        }
        const { documents, diagnostics } = parseYaml({ path: 'f', text });
        if (expected === undefined) expect(diagnostics.length).toBeGreaterThan(0);
        else if (diagnostics.length === 0 && documents.length === 1) {
          expect(documents.map((one) => plain(text, one))).toEqual([withoutNull(expected)]);
        }
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

/** The library gives null for a key without a value. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (value === null) return '';
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNull(inner)]));
}
