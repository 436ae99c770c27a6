import { describe, expect, test } from 'vitest';
import { type PolicyPlace, policyAt } from '../../../../src/core/generation/policy-at.ts';
import type { Generation, KeptState, NumberedGeneration } from '../../../../src/core/generation/types.ts';
import type { Policy } from '../../../../src/core/rules/types.ts';

const PLACE: PolicyPlace = {
  namespace: { kind: 'host' },
  backend: 'nft',
  family: 'ipv4',
  table: 'filter',
  chain: 'INPUT',
};

type Made = {
  readonly policy?: Policy;
  readonly restores?: number;
  readonly exclusive?: boolean;
  readonly forgets?: boolean;
  readonly journal?: string;
};

function generation(
  number: number,
  { policy, restores, exclusive, forgets, journal = 'J-1' }: Made,
): NumberedGeneration {
  const namespaces: KeptState['namespaces'] = [
    {
      namespace: { kind: 'host' },
      backend: 'nft',
      owners: ['fw'],
      claims: [
        {
          family: 'ipv4',
          table: 'filter',
          ownership:
            exclusive === true ? { kind: 'exclusive', keep: [] } : { kind: 'shared', owner: 'fw', hook: 'first' },
          policies: policy === undefined ? {} : { INPUT: policy },
          chains: [],
        },
      ],
      sets: [],
    },
  ];
  const state: KeptState = { name: 'one', path: '/s', at: '', operator: 'x', journal, namespaces };
  const states = forgets === true ? [] : [state];
  const kept: Generation = {
    version: 2,
    at: `2026-01-01T00:00:0${number}.000Z`,
    operator: 'x',
    state: 's',
    journal,
    ...(restores === undefined ? {} : { restores }),
    summary: { add: 0, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 },
    applied: ['one'],
    states,
    namespaces: forgets === true ? [] : namespaces,
  };
  return { number, generation: kept };
}

function history(made: readonly Made[], first = 1): readonly NumberedGeneration[] {
  return made.map((one, index) => generation(first + index, one));
}

describe('the policy of a chain at a generation', () => {
  test.each<[string, readonly Made[], number, string]>([
    ['is the declared one', [{ policy: 'DROP' }], 1, 'DROP'],
    ['is that of before fw where nothing declared it yet', [{}, { policy: 'DROP' }], 1, 'before'],
    ['is left alone by an apply that does not declare it', [{ policy: 'DROP' }, {}, {}], 3, 'DROP'],
    ['is put back by a return', [{}, { policy: 'DROP' }, { restores: 1 }, {}], 4, 'before'],
    [
      'is put back by a return to one that left it',
      [{ policy: 'DROP' }, {}, { policy: 'ACCEPT' }, { restores: 2 }],
      4,
      'DROP',
    ],
    ['is ACCEPT in a table of one state unless that says so', [{ exclusive: true }, {}], 2, 'ACCEPT'],
    ['goes with a state that is forgotten', [{ policy: 'DROP' }, { forgets: true }], 2, 'before'],
    [
      'stays with the rules of a state that is forgotten',
      [{ policy: 'DROP' }, { forgets: true, journal: 'J-0' }],
      2,
      'DROP',
    ],
  ])('%s', (_, made, number, expected) => {
    expect(policyAt(history(made), PLACE, number)).toBe(expected);
  });

  test('is unknown where older generations are gone, and that of before fw since a return to it', () => {
    expect(policyAt(history([{}, {}], 7), PLACE, 8)).toBe('unknown');
    expect(policyAt(history([{ policy: 'DROP' }, {}], 7), PLACE, 8)).toBe('DROP');
    expect(policyAt(history([{ restores: 0 }, {}], 7), PLACE, 8)).toBe('before');
    const [first, , third] = history([{ policy: 'DROP' }, {}, {}]);
    expect(
      policyAt(
        [first, third].filter((one) => one !== undefined),
        PLACE,
        3,
      ),
    ).toBe('unknown');
    expect(policyAt(history([{}]), PLACE, 0)).toBe('unknown');
  });
});
