import { describe, expect, it } from 'vitest';
import { extendBefore, type FirstWrites } from '../../../../src/core/generation-zero/extend-before.ts';
import type { BeforeFw } from '../../../../src/core/generation-zero/types.ts';
import { joinGlobs } from '../../../../src/core/ownership/join-globs.ts';
import { matchesGlob } from '../../../../src/core/rules/matches-glob.ts';

/** Every name of up to six letters. */
function names(letters: string, length: number): readonly string[] {
  const all = [''];
  for (const name of all) if (name.length < length) all.push(...[...letters].map((letter) => name + letter));
  return all;
}

describe('joinGlobs', () => {
  it.each([
    [['DOCKER*'], ['D*'], ['DOCKER*']],
    [['D*'], ['DOCKER*', 'f2b-*'], ['DOCKER*']],
    [['DOCKER'], ['D*'], ['DOCKER']],
    [['DOCKER*'], ['f2b-*'], []],
    [['D[AB]*'], ['D?*'], ['D[AB]*', 'D?*']],
    [[], ['D*'], []],
  ])('%j and %j leave %j to others', (one, other, both) => {
    expect(joinGlobs(one, other)).toEqual(both);
  });

  const globs = ['', '*', 'a*', 'ab*', '*b', '*bc', '*ab*', 'a*b*c', '**a', 'abc', '*a*b'];
  it.each(globs.flatMap((one) => globs.map((other) => [one, other])))(
    '%j and %j match the same names',
    (one, other) => {
      const joined = joinGlobs([one], [other]);
      const wrong = names('abc', 6).filter(
        (name) =>
          joined.some((glob) => matchesGlob(glob, name)) !== (matchesGlob(one, name) && matchesGlob(other, name)),
      );
      expect(wrong).toEqual([]);
    },
  );

  it('leaves both to others where the names are too many to list', () => {
    const [one, other] = ['*a*b*c*d*e*f*g*', '*h*i*j*k*l*m*n*'];
    expect(joinGlobs([one], [other])).toEqual([one, other]);
  });
});

describe('extendBefore', () => {
  it('leaves to others what was kept under a narrower glob before', () => {
    const namespace = { kind: 'host' } as const;
    const place = { backend: 'nft', family: 'ipv4', table: 'filter' } as const;
    const kept = { ...place, at: '', policies: {}, before: null };
    const record: BeforeFw = {
      version: 1,
      namespaces: [{ namespace, tables: [{ ...kept, ownership: { kind: 'exclusive', keep: ['DOCKER*'] } }], sets: [] }],
    };
    const step = { ...place, namespace, ownership: { kind: 'exclusive', keep: ['D*'] }, chains: [] };
    const plan = { steps: [step] } as unknown as FirstWrites['plan'];
    const extended = extendBefore(record, { plan, sets: new Map(), unknown: new Set(), at: '' });
    expect(extended.namespaces[0]?.tables[0]?.ownership).toEqual({ kind: 'exclusive', keep: ['DOCKER*'] });
  });
});
