import { describe, expect, test } from 'vitest';
import type { DesiredClaim } from '../../../../src/core/desired/types.ts';
import { findUnknown } from '../../../../src/core/normal-form/find-unknown.ts';
import type { Table } from '../../../../src/core/rules/types.ts';

const span = { file: 'a.rules', start: 0, end: 0 };

function live(chains: Readonly<Record<string, readonly string[]>>): Table {
  return {
    name: 'filter',
    chains: Object.entries(chains).map(([name, texts]) => ({ name, rules: texts.map((text) => ({ text })) })),
  };
}

function desired(chains: Readonly<Record<string, readonly string[]>>): readonly DesiredClaim[] {
  const wanted = live(chains).chains.map(({ name, rules }) => ({
    name,
    declared: name,
    span,
    rules: rules.map(({ text }) => ({ text, span })),
  }));
  const of = { family: 'ipv4', table: 'filter', ownership: { kind: 'exclusive', keep: [] } } as const;
  return [{ ...of, policies: {}, policySpans: {}, chains: wanted }];
}

describe('rules that must be loaded to learn their normal form', () => {
  test('are none when every rule stands in its own chain, at its place or at another', () => {
    const table = live({ INPUT: ['-j A', '-j B', '-j C'], web: ['-j D'] });
    expect(
      findUnknown([{ desired: desired({ INPUT: ['-j C', '-j A'], web: ['-j D'] }), live: table }], [table]),
    ).toEqual(new Set());
  });

  test('are those that stand nowhere in the table', () => {
    const table = live({ INPUT: ['-j A'], web: ['-j B'] });
    const wanted = desired({ INPUT: ['-j A', '-j NEW'], fresh: ['-j B', '-j OTHER'] });
    expect(findUnknown([{ desired: wanted, live: table }], [table])).toEqual(new Set(['-j NEW', '-j OTHER']));
  });

  test('are not those that stand in the table of another namespace', () => {
    const other = live({ INPUT: ['-j A'] });
    expect(findUnknown([{ desired: desired({ INPUT: ['-j A', '-j B'] }), live: undefined }], [other])).toEqual(
      new Set(['-j B']),
    );
  });

  test('are also RATEEST rules, wherever they stand', () => {
    const estimator = '-j RATEEST --rateest-name e1 --rateest-interval 250.0ms --rateest-ewmalog 1.0s';
    const table = live({ INPUT: [estimator, '-j A'] });
    expect(findUnknown([{ desired: desired({ INPUT: [estimator, '-j A'] }), live: table }], [table])).toEqual(
      new Set([estimator]),
    );
  });
});
