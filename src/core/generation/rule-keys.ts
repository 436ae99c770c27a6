import { tableSteps } from '../plan/in-order.ts';
import { ruleKey } from '../plan/rule-key.ts';
import type { Plan } from '../plan/types.ts';
import type { Generation } from './types.ts';

/** Keys of the rules that a generation holds, the rules that fw itself has made, in the chains that a plan changes. */
export function namespaceRuleKeys(namespaces: Generation['namespaces'], plan: Plan): ReadonlySet<string> {
  const changed = new Set(
    tableSteps(plan).flatMap((step) => step.chains.map((chain) => ruleKey(step, chain.name, ''))),
  );
  const keys = new Set<string>();
  for (const { namespace, claims } of namespaces) {
    for (const { family, table, chains } of claims) {
      for (const { name, rules } of chains) {
        const place = { namespace, family, table };
        if (!changed.has(ruleKey(place, name, ''))) continue;
        for (const [text] of rules) keys.add(ruleKey(place, name, text));
      }
    }
  }
  return keys;
}
