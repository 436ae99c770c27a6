import type { CounterRow, OwnedRow } from '../../../../src/core/counters/types.ts';
import type { Generation, GenerationClaim, NumberedGeneration } from '../../../../src/core/generation/types.ts';

/** A row of filter INPUT. */
export function row(text: string, position?: number, more: Partial<CounterRow> = {}): CounterRow {
  const place = { namespace: 'blue', backend: 'nft', family: 'ipv4', table: 'filter', chain: 'INPUT' } as const;
  return { ...place, position, text, counters: ['0', '0'], isSure: true, ...more };
}

export function foreign(one: CounterRow): OwnedRow {
  return { ...one, owner: { kind: 'foreign' } };
}

/** A generation in which the state `edge` has these claims in the namespace `blue`. */
export function generation(number: number, claims: readonly Partial<GenerationClaim>[]): NumberedGeneration {
  const whole = claims.map(
    (claim): GenerationClaim => ({
      state: 'edge',
      family: 'ipv4',
      table: 'filter',
      ownership: { kind: 'shared', owner: 'fw', hook: 'first' },
      policies: {},
      chains: [],
      ...claim,
    }),
  );
  const kept = {
    namespace: { kind: 'named', name: 'blue' },
    backend: 'nft',
    owners: ['fw'],
    claims: whole,
    sets: [],
  } as const;
  const facts: Pick<Generation, 'at' | 'operator' | 'commit' | 'namespaces'> = {
    at: `2026-01-0${number}T00:00:00.000Z`,
    operator: 'ann',
    commit: { id: 'abc', dirty: false },
    namespaces: [kept],
  };
  return { number, generation: facts as Generation };
}
