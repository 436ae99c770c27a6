import { mergeStates } from '../../src/core/generation/merge-states.ts';
import type { Generation, GenerationClaim, KeptNamespace } from '../../src/core/generation/types.ts';

export type Written = readonly [text: string, origin?: string, id?: string];

export function generationOf(namespaces: readonly KeptNamespace[]): Generation {
  const applied = { at: '2026-10-05T14:02:07.000Z', operator: 'ci', journal: '20261005T140207000Z-812' };
  const states = [{ name: 'edge', path: '/srv/edge', ...applied, commit: null, namespaces }];
  const summary = { add: 1, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 };
  const rest = { state: 'edge', summary, applied: ['edge'], states, namespaces: mergeStates(states) };
  return { version: 2, ...applied, ...rest };
}

export function namespaceOf(name: string, chains: Readonly<Record<string, readonly Written[]>>): KeptNamespace {
  const claim: GenerationClaim = {
    family: 'ipv4',
    table: 'filter',
    ownership: { kind: 'exclusive', keep: [] },
    policies: { INPUT: 'DROP' },
    chains: Object.entries(chains).map(([chain, rules]) => ({ name: chain, rules })),
  };
  return { namespace: { kind: 'named', name }, backend: 'nft', owners: ['fw'], claims: [claim], sets: [] };
}

export function manyRules(count: number, from = 1): readonly Written[] {
  return Array.from({ length: count }, (_, index) => [
    `-s 10.${(index >> 8) & 255}.${index & 255}.1/32 -p tcp -m tcp --dport ${1024 + index} -j ACCEPT`,
    `edge/filter.yaml:${from + index}`,
  ]);
}
