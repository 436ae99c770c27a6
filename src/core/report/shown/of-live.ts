import { type Backend, FAMILIES, type Family, type Namespace, type Ruleset } from '../../rules/types.ts';
import type { ShownTable } from './types.ts';

export type LiveRules = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly rulesets: Readonly<Record<Family, Ruleset>>;
};

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
