import type { DesiredClaim } from '../desired/types.ts';
import type { Rule, Table } from '../rules/types.ts';

/** One namespace's view of a table: what is wanted there, and what is live. */
export type TablePair = { readonly desired: readonly DesiredClaim[]; readonly live: Table | undefined };

/**
 * Texts of desired rules that stand nowhere in the live tables of that name, `lives`. Nearly every rule stands in its own live chain, at
 * its own place, so that is looked at first; only for the others are all rules gone through. RATEEST rules are always among them: a
 * `rateest` match loads only where such a rule made its estimator.
 */
export function findUnknown(pairs: readonly TablePair[], lives: readonly Table[]): ReadonlySet<string> {
  const missing = new Set<string>();
  for (const { desired, live } of pairs) {
    const chains = new Map((live?.chains ?? []).map((chain) => [chain.name, chain.rules]));
    for (const { chains: wanted } of desired) {
      for (const chain of wanted) addMissing(missing, chain.rules, chains.get(chain.name) ?? []);
    }
  }
  if (missing.size === 0) return missing;
  for (const { chains } of lives) {
    for (const { rules } of chains) for (const rule of rules) if (!makesEstimator(rule)) missing.delete(rule.text);
  }
  return missing;
}

function addMissing(missing: Set<string>, wanted: readonly Rule[], live: readonly Rule[]): void {
  if (wanted.every((rule, index) => rule.text === live[index]?.text && !makesEstimator(rule))) return;
  const texts = new Set(live.map((rule) => rule.text));
  for (const { text } of wanted) if (!texts.has(text) || makesEstimator({ text })) missing.add(text);
}

function makesEstimator({ text }: Rule): boolean {
  return text.includes('-j RATEEST ');
}
