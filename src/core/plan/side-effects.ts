import type { Backend, Table } from '../rules/types.ts';

/** Matches whose inner state the legacy backend starts anew in the whole table at every commit (iptables 1.8.9). */
const RESTARTED = ['limit', 'quota'] as const;

/** What a commit does that the changed rules do not tell. */
export function sideEffects(backend: Backend, live: Table | undefined): readonly string[] {
  if (backend === 'nft' || live === undefined) return [];
  const found = RESTARTED.filter((match) =>
    live.chains.some((chain) => chain.rules.some((rule) => rule.text.includes(`-m ${match} `))),
  );
  return found.length === 0
    ? []
    : [`legacy: every ${found.join(' and ')} match of this table starts anew at the commit`];
}
