import { expect, test } from 'vitest';
import type { DesiredClaim, DesiredNamespace } from '../../../../../src/core/desired/types.ts';
import { findAbandoned } from '../../../../../src/core/generation/states/find-abandoned.ts';
import type { Generation, GenerationClaim } from '../../../../../src/core/generation/types.ts';
import type { Family, TableName } from '../../../../../src/core/rules/types.ts';

const EXCLUSIVE = { kind: 'exclusive', keep: [] } as const;
const of = (owner: string) => ({ kind: 'shared', owner, hook: 'first' }) as const;

function claim(
  ownership: GenerationClaim['ownership'],
  chains: number,
  family: Family = 'ipv4',
  table: TableName = 'filter',
): GenerationClaim {
  const names = Array.from({ length: chains }, (_, index) => ({ name: `c${index}`, rules: [] }));
  return { family, table, ownership, policies: {}, chains: names };
}

const namespaceOf = (name: string) =>
  name === 'host' ? ({ kind: 'host' } as const) : ({ kind: 'named', name } as const);

function generation(namespaces: Readonly<Record<string, readonly GenerationClaim[]>>): Generation {
  return {
    namespaces: Object.entries(namespaces).map(([name, claims]) => ({
      namespace: namespaceOf(name),
      backend: 'nft',
      owners: [],
      claims,
      sets: [],
    })),
  } as unknown as Generation;
}

function declared(table: TableName, ownership: DesiredClaim['ownership']): DesiredClaim {
  return { family: 'ipv4', table, ownership, policies: {}, policySpans: {}, chains: [] };
}

function desired(name: string, owners: readonly string[], tables: readonly TableName[] = []): DesiredNamespace {
  return {
    namespace: namespaceOf(name),
    backend: 'auto',
    owners,
    claims: tables.map((table) => declared(table, EXCLUSIVE)),
    sets: [],
  };
}

const words = (kept: Generation, now: readonly DesiredNamespace[], existing: readonly string[] = ['a', 'b']) =>
  findAbandoned({ number: 7, kept: kept.namespaces }, now, existing).map(({ message }) => message);

test('a namespace that no document is about, with what is left there', () => {
  const kept = generation({ a: [claim(of('fw'), 2), claim(of('fw'), 1, 'ipv6')], b: [claim(of('fw'), 1)] });
  const withSet = { ...kept, namespaces: kept.namespaces.map((one) => ({ ...one, sets: [{} as never] })) };
  const now = [desired('b', ['fw'])];
  expect(words(kept, now)).toEqual([
    'No document is about a any more; what generation 7 declared there stays: 3 chains',
  ]);
  expect(words(withSet, now)).toEqual([
    'No document is about a any more; what generation 7 declared there stays: 3 chains, 1 set',
  ]);
});

test('not one that is gone, nor one in which nothing was declared; the host is always there', () => {
  const kept = generation({ a: [claim(of('fw'), 1)], b: [claim(of('fw'), 0)], host: [claim(EXCLUSIVE, 1)] });
  expect(words(kept, [], ['b'])).toEqual([
    'No document is about host any more; what generation 7 declared there stays: 1 chain',
  ]);
});

test('a policy stays too, and is told where it is all that there was', () => {
  const policy = { ...claim(of('fw'), 0), policies: { INPUT: 'DROP' } } as const;
  const kept = generation({ a: [policy] });
  expect(words(kept, [])).toEqual([
    'No document is about a any more; what generation 7 declared there stays: 1 policy',
  ]);
  expect(words(kept, [desired('a', ['other'])])).toHaveLength(1);
});

test('an owner that no document names; its chains in both families are one thing', () => {
  const kept = generation({ a: [claim(of('fw'), 1), claim(of('old'), 1), claim(of('old'), 1, 'ipv6')] });
  expect(words(kept, [desired('a', ['fw'])])).toEqual([
    'No document declares any more what generation 7 had in a, so it stays: what the owner old declared',
  ]);
  // What an owner left out goes by itself.
  expect(words(kept, [desired('a', ['fw', 'old'])])).toEqual([]);
});

test('a table that an exclusive document declared', () => {
  const kept = generation({
    a: [claim(EXCLUSIVE, 3), claim(EXCLUSIVE, 3, 'ipv4', 'nat'), claim(EXCLUSIVE, 1, 'ipv6')],
  });
  expect(words(kept, [desired('a', [], ['filter'])])).toEqual([
    'No document declares any more what generation 7 had in a, so it stays: the ipv4 table nat, the ipv6 table filter',
  ]);
});

test('what an exclusive document had in a table that is shared now', () => {
  const kept = generation({ a: [claim(EXCLUSIVE, 3)] });
  const now = { ...desired('a', ['fw']), claims: [declared('filter', of('fw'))] };
  expect(words(kept, [now])).toEqual([
    'No document declares any more what generation 7 had in a, so it stays: rules and policies of the ipv4 table filter, which is shared with others now',
  ]);
});
