import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutBlocks } from '../../../../../src/core/generation/parts/blocks.ts';
import { joinGeneration } from '../../../../../src/core/generation/parts/join-generation.ts';
import { listOrigins, packOrigins } from '../../../../../src/core/generation/parts/origin-runs.ts';
import { parseInParts } from '../../../../../src/core/generation/parts/parse-in-parts.ts';
import { splitGeneration } from '../../../../../src/core/generation/parts/split-generation.ts';
import type { Generation, KeptNamespace } from '../../../../../src/core/generation/types.ts';
import { generationOf, manyRules, namespaceOf, type Written } from '../../../../support/kept-generation.ts';

function again(generation: Generation): Generation {
  const { text, parts } = splitGeneration(generation);
  const file = parseInParts('N.parts.json', text);
  expect([...file.parts].sort()).toEqual([...parts.keys()].sort());
  return joinGeneration(file, (name) => JSON.parse(parts.get(name) ?? ''));
}

const place = fc.oneof(
  fc.constant(undefined),
  fc
    .record({ file: fc.constantFrom('a.yaml', 'b1/c.yaml'), line: fc.nat(40), used: fc.option(fc.nat(9)) })
    .map(({ file, line, used }) => (used === null ? `${file}:${line}` : `${file}:${line} (t.yaml:${used})`)),
  fc.string({ maxLength: 6 }),
);
const rule = fc
  .tuple(fc.stringMatching(/^-[a-z]{1,60}$/), place, fc.constantFrom(undefined, undefined, 'ssh', 'web'))
  .map(([text, origin, id]): Written => {
    if (origin === undefined) return [text];
    return id === undefined ? [text, origin] : [text, origin, id];
  });
const namespace = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    chains: fc.dictionary(fc.constantFrom('INPUT', 'web', 'toString'), fc.array(rule, { maxLength: 300 }), {
      maxKeys: 3,
    }),
    sets: fc.option(fc.array(fc.array(fc.ipV4(), { maxLength: 300 }), { maxLength: 2 })),
    strange: fc.boolean(),
  })
  .map(({ name, chains, sets, strange }): KeptNamespace => {
    const kept = namespaceOf(name, chains);
    const counted = Object.entries(chains).flatMap(([chain, rules]) =>
      rules.slice(0, 5).map(([text]) => ['ipv4', 'filter', chain, strange ? `${text}?` : text, '7'] as const),
    );
    return {
      ...kept,
      ...(counted.length === 0 ? {} : { counted }),
      ...(sets === null
        ? {}
        : {
            sets: sets.map((entries, index) => ({
              name: `fw-${index}`,
              declared: `${index}`,
              header: 'hash:ip family inet',
              ...(index === 0 ? { entries: entries.map((entry) => `${entry}\n`).join('') } : { options: ['timeout'] }),
            })),
          }),
    };
  });

describe('a generation in parts', () => {
  test('is the generation again', () => {
    fc.assert(
      fc.property(fc.array(namespace, { maxLength: 3 }), (namespaces) => {
        const generation = generationOf(namespaces);
        expect(again(generation)).toEqual(generation);
      }),
      { numRuns: 60, seed: 12 },
    );
  });

  test('has all but a block in common with one that declares a rule more at the top, in whatever lines the others stand now', () => {
    const rules = manyRules(10_000);
    const parts = (all: readonly Written[]) =>
      splitGeneration(generationOf([namespaceOf('a', { INPUT: all, web: rules })]));
    const before = parts(rules);
    const after = parts([['-j DROP', 'edge/filter.yaml:1'], ...manyRules(10_000, 2)]);
    const fresh = [...after.parts.keys()].filter((name) => !before.parts.has(name));
    // The block of the first rules, and what lists the blocks.
    expect(fresh).toHaveLength(2);
    expect(after.parts.size).toBeGreaterThan(20);
    expect(after.text.length).toBeLessThan(5_000);
  });

  test('has equal chains once, and a small namespace in no part of its own', () => {
    const [rules, few] = [manyRules(500), manyRules(3)];
    const { parts } = splitGeneration(
      generationOf([namespaceOf('a', { INPUT: rules }), namespaceOf('b', { FORWARD: rules })]),
    );
    const { parts: alone } = splitGeneration(generationOf([namespaceOf('a', { INPUT: rules })]));
    expect(parts).toEqual(alone);
    expect(splitGeneration(generationOf([namespaceOf('a', { INPUT: few })])).parts.size).toBe(0);
  });
});

test('blocks are the lines again, and those far from a change stay', () => {
  const lines = manyRules(3_000).map(([text]) => text);
  const blocks = cutBlocks(lines, 256);
  expect(blocks.flat()).toEqual(lines);
  const without = cutBlocks([...lines.slice(0, 1_500), ...lines.slice(1_501)], 256);
  const known = new Set(blocks.map((block) => block.join('\n')));
  expect(without.filter((block) => !known.has(block.join('\n'))).length).toBeLessThanOrEqual(2);
  expect(
    cutBlocks(
      Array.from({ length: 20_000 }, () => '-j DROP'),
      256,
    ).length,
  ).toBeGreaterThan(1);
});

test('origins are short where rules follow each other, and the same again', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `a.yaml:${index + 3}`);
  expect(packOrigins(lines)).toEqual([[50, 'a.yaml:3', 1]]);
  expect(
    packOrigins(['a.yaml:3', 'a.yaml:3', undefined, undefined, 'a.yaml:9 (t.yaml:2)', 'a.yaml:9 (t.yaml:4)']),
  ).toEqual([[2, 'a.yaml:3'], [2], [2, 'a.yaml:9 (t.yaml:2)', 2]]);
  fc.assert(
    fc.property(fc.array(place, { maxLength: 20 }), (origins) => {
      expect(listOrigins(packOrigins(origins))).toEqual(origins);
    }),
    { numRuns: 200, seed: 12 },
  );
});
