import { expect, test } from 'vitest';
import { foldEarlier } from '../../../../src/core/generation/fold-earlier.ts';
import { parseGeneration, printGeneration } from '../../../../src/core/generation/parse-generation.ts';
import type { Generation, GenerationClaim, KeptNamespace } from '../../../../src/core/generation/types.ts';

const SUMMARY = { add: 1, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 };

function shared(owner: string, chain: string, rule = '-j ACCEPT'): GenerationClaim {
  return {
    family: 'ipv4',
    table: 'filter',
    ownership: { kind: 'shared', owner, hook: 'first' },
    policies: {},
    chains: [{ name: chain, rules: [[rule, 'a.yaml:3']] }],
  };
}

function exclusive(table: GenerationClaim['table'], rule = '-j ACCEPT'): GenerationClaim {
  return {
    family: 'ipv4',
    table,
    ownership: { kind: 'exclusive', keep: [] },
    policies: {},
    chains: [{ name: 'INPUT', rules: [[rule]] }],
  };
}

function kept(name: string, owners: readonly string[], ...claims: GenerationClaim[]): KeptNamespace {
  return { namespace: { kind: 'named', name }, backend: 'nft', owners, claims, sets: [] };
}

/** A file as the first version wrote it. */
function file(state: string, ...namespaces: KeptNamespace[]): string {
  return JSON.stringify({
    version: 1,
    at: '2026-01-01T00:00:00.000Z',
    operator: 'me',
    state,
    commit: null,
    journal: `j-${state}`,
    summary: SUMMARY,
    namespaces,
  });
}

/** What the last of some files of version 1 stands for. */
function fold(...files: string[]): Generation {
  const names = new Map<number, string>();
  let before: Generation | undefined;
  for (const [index, text] of files.entries()) {
    const { generation } = parseGeneration('1.json', text);
    before = foldEarlier(before, { number: index + 1, generation }, (number) => names.get(number));
    names.set(index + 1, before.applied[0] ?? '');
  }
  if (before === undefined) throw new Error('no file');
  return before;
}

const shape = ({ states }: Generation) =>
  states.map(({ name, namespaces }) => [
    name,
    ...namespaces.flatMap(({ namespace, claims }) =>
      claims.flatMap(({ chains }) =>
        chains.map((chain) => `${namespace.kind === 'named' ? namespace.name : ''} ${chain.name}`),
      ),
    ),
  ]);

test('reads a file of version 1 as one state that is named by its path', () => {
  const { generation, isEarlier } = parseGeneration(
    '1.json',
    file('site', kept('a', ['fw'], shared('fw', 'fw-INPUT'))),
  );
  expect(isEarlier).toBe(true);
  expect(generation).toMatchObject({ version: 2, applied: ['site'], states: [{ name: 'site', path: 'site' }] });
  expect(generation.namespaces).toMatchObject(generation.states[0]?.namespaces ?? []);
});

test('reads back what it writes, without keeping twice what follows from the states', () => {
  const { generation } = parseGeneration('1.json', file('site', kept('a', ['fw'], shared('fw', 'fw-INPUT'))));
  const text = printGeneration(generation);
  expect(Object.keys(JSON.parse(text))).not.toContain('namespaces');
  expect(parseGeneration('2.json', text)).toEqual({ generation, isEarlier: false });
});

test.each([['{"version": 3}'], ['{"version": 1'], ['null'], ['[]'], ['{}']])('refuses %s', (text) => {
  expect(() => parseGeneration('/data/generations/7.json', text)).toThrow(/7\.json/);
});

test('keeps what another state declared in other namespaces, and under other owners of the same one', () => {
  const whole = fold(
    file('site', kept('a', ['fw'], shared('fw', 'fw-INPUT'))),
    file('lab', kept('b', ['fw'], shared('fw', 'fw-INPUT')), kept('a', ['lab'], shared('lab', 'lab-INPUT'))),
  );
  expect(shape(whole)).toEqual([
    ['site', 'a fw-INPUT'],
    ['lab', 'b fw-INPUT', 'a lab-INPUT'],
  ]);
  expect(whole.applied).toEqual(['lab']);
  expect(whole.namespaces.map(({ owners, claims }) => [owners, claims.length])).toEqual([
    [['fw', 'lab'], 2],
    [['fw'], 1],
  ]);
});

test('leaves out what a later apply took away: chains of its owners, tables that it has for itself', () => {
  const first = kept('a', ['fw'], shared('fw', 'fw-INPUT'), exclusive('nat'), exclusive('mangle'));
  const whole = fold(file('/ci/1', first), file('/ci/2', kept('a', ['fw'], shared('fw', 'fw-web'), exclusive('nat'))));
  expect(shape(whole)).toEqual([
    ['/ci/1', 'a INPUT'],
    ['/ci/2', 'a fw-web', 'a INPUT'],
  ]);
  expect(whole.states[0]?.namespaces[0]?.claims.map(({ table }) => table)).toEqual(['mangle']);
});

test('takes a return for the state of the generation that it went to', () => {
  const whole = fold(
    file('site', kept('a', ['fw'], shared('fw', 'fw-INPUT', '-j ACCEPT'))),
    file('lab', kept('b', ['fw'], shared('fw', 'fw-INPUT'))),
    file('site', kept('a', ['fw'], shared('fw', 'fw-INPUT', '-j DROP'))),
    file('generation 1', kept('a', ['fw'], shared('fw', 'fw-INPUT', '-j ACCEPT'))),
  );
  expect(whole.applied).toEqual(['site']);
  expect(shape(whole)).toEqual([
    ['site', 'a fw-INPUT'],
    ['lab', 'b fw-INPUT'],
  ]);
});
