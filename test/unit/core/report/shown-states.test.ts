import { expect, test } from 'vitest';
import type { Generation, GenerationClaim } from '../../../../src/core/generation/types.ts';
import { shownOfGeneration } from '../../../../src/core/report/shown/of-generation.ts';

const claim = (state: string): GenerationClaim => ({
  state,
  family: 'ipv4',
  table: 'filter',
  ownership: { kind: 'shared', owner: 'fw', hook: 'first' },
  policies: {},
  chains: [{ name: 'fw-INPUT', hookInto: 'INPUT', rules: [['-s 10.0.0.1/32 -j ACCEPT']] }],
});

function statesOf(...claims: readonly GenerationClaim[]): readonly (string | undefined)[] {
  const generation: Generation = {
    version: 2,
    at: '2026-01-01T00:00:00.000Z',
    operator: 'x',
    state: 's',
    journal: 'J-1',
    summary: { add: 0, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 },
    applied: ['alpha'],
    states: [],
    namespaces: [{ namespace: { kind: 'host' }, backend: 'nft', owners: ['fw'], claims, sets: [] }],
  };
  return shownOfGeneration(generation).map(({ state }) => state);
}

test('a table of a generation names its state where there are several', () => {
  expect(statesOf(claim('alpha'), claim('beta'))).toEqual(['alpha', 'beta']);
  expect(statesOf(claim('alpha'))).toEqual([undefined]);
});
