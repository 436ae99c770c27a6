import { FAMILIES, type LiveRules } from '../../rules/types.ts';
import type { ShownTable } from './types.ts';

/** Live tables of namespaces, with the counters of policies and rules. */
export function shownLive(live: readonly LiveRules[]): readonly ShownTable[] {
  return live.flatMap(({ namespace, backend, rulesets }) =>
    FAMILIES.flatMap((family) =>
      rulesets[family].tables.map(({ name, chains }) => ({
        namespace,
        backend,
        family,
        table: name,
        chains: chains.map((chain) => ({
          ...chain,
          rules: chain.rules.map(({ text, counters }) => (counters === undefined ? { text } : { text, counters })),
        })),
      })),
    ),
  );
}
