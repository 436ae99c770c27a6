import { longestCommonSubsequence } from '../diff/lcs.ts';
import { lexRule } from '../rule-text/lex.ts';
import type { Family, Rule } from '../rules/types.ts';
import { findRuleFacts } from '../state/rule/rule-facts.ts';

/** A rule as it is written in a document. `family` only where its words do not say it. */
export type ImportedRule = { readonly text: string; readonly family?: Family };

/**
 * One list of rules for both families of a chain: equal rules are written once, each family's own rules keep their place between them.
 * A rule that is equal but whose words belong to one family, such as `-p icmp`, is written for each.
 */
export function mergeRules(ipv4: readonly Rule[], ipv6: readonly Rule[]): readonly ImportedRule[] {
  const ids = new Map<string, number>();
  const intern = ({ text }: Rule) => {
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  };
  const merged: ImportedRule[] = [];
  let [a, b] = [0, 0];
  for (const [from, to] of [
    ...longestCommonSubsequence(ipv4.map(intern), ipv6.map(intern)),
    [ipv4.length, ipv6.length],
  ]) {
    for (; a < (from ?? 0); a += 1) merged.push(forFamily(ipv4[a]?.text ?? '', 'ipv4'));
    for (; b < (to ?? 0); b += 1) merged.push(forFamily(ipv6[b]?.text ?? '', 'ipv6'));
    const both = ipv4[a];
    if (both !== undefined) merged.push(...forBoth(both.text));
    a += 1;
    b += 1;
  }
  return merged;
}

function forBoth(text: string): readonly ImportedRule[] {
  const { pins, unclear } = findRuleFacts(lexRule(text).words);
  return pins.length + unclear.length === 0 ? [{ text }] : [forFamily(text, 'ipv4'), forFamily(text, 'ipv6')];
}

/** A rule of a document for that family. */
export function inDocumentOf(text: string, family: Family): ImportedRule {
  const { pins } = findRuleFacts(lexRule(text).words);
  return pins.some((pin) => pin.family !== family) ? { text, family } : { text };
}

/** A rule of one family; the `family:` key is left out where the words say it. */
function forFamily(text: string, family: Family): ImportedRule {
  const facts = findRuleFacts(lexRule(text).words);
  const isGiven = facts.pins.some((pin) => pin.family === family);
  return isGiven ? { text } : { text, family };
}
