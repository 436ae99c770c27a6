import { namespaceLabel } from '../rules/namespace-label.ts';
import { type Counters, FAMILIES, type LiveRules } from '../rules/types.ts';
import type { CounterRow } from './types.ts';

/** iptables-save prints the counters of every rule and every policy; text without them counts as none. */
const NONE: Counters = ['0', '0'];

/** Every counter of live rules, in the order in which a packet meets them: the policy of a chain stands behind its rules. */
export function listRows(live: readonly LiveRules[]): readonly CounterRow[] {
  return live.flatMap(({ namespace, backend, rulesets }) =>
    FAMILIES.flatMap((family) =>
      rulesets[family].tables.flatMap(({ name: table, chains }) =>
        chains.flatMap((chain): readonly CounterRow[] => {
          const place = { namespace: namespaceLabel(namespace), backend, family, table, chain: chain.name };
          const rules = chain.rules.map(({ text, counters = NONE }, index) => ({
            ...place,
            position: index + 1,
            text,
            counters,
            isSure: true,
          }));
          if (chain.policy === undefined) return rules;
          const { policy, counters = NONE } = chain;
          const isSure = backend === 'legacy' || counters[0] !== '0';
          return [...rules, { ...place, position: undefined, text: policyText(policy), counters, isSure }];
        }),
      ),
    ),
  );
}

export function policyText(policy: string): string {
  return `policy ${policy}`;
}
