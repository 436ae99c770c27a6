import { ruleKey } from '../guards/rule-key.ts';
import type { Generation } from './types.ts';

/** Keys of all rules that a generation holds: the rules that fw itself has made. */
export function namespaceRuleKeys(namespaces: Generation['namespaces']): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { namespace, claims } of namespaces) {
    for (const { family, table, chains } of claims) {
      for (const { name, rules } of chains) {
        for (const [text] of rules) keys.add(ruleKey({ namespace, family, table }, name, text));
      }
    }
  }
  return keys;
}
