import { placeOfPolicy, placeOfRule, type Side } from '../side/side.ts';
import { coverOf } from '../space/cover.ts';
import { printBox } from '../space/print-box.ts';
import type { Space } from '../space/space.ts';
import type { Connections, Flow, Outcome, RulePlace } from '../types/traffic.ts';
import type { Verdict } from '../way/outcomes.ts';
import type { Decider } from './attribute.ts';

/** Flows of a set that are listed; of the others there is a count. */
const MOST_FLOWS = 20;

export type ShownFlows = { readonly flows: readonly Flow[]; readonly more: number };

/**
 * A set of packets as flows that together are the set. Where none of them is INVALID to conntrack, or a later fragment, such packets are not
 * spoken of.
 */
export function printSet(
  { space, scope }: { readonly space: Space; readonly scope: number },
  set: number,
  connections: Connections,
  labels: ReadonlyMap<string, string>,
): ShownFlows {
  const { diagram } = space;
  const unspoken = [space.laterFragments(), ...(connections === 'new' ? [space.state('INVALID')] : [])];
  const free = diagram.union([diagram.not(scope), ...unspoken.filter((one) => diagram.isDisjoint(set, one))]);
  const cover = coverOf(space, set, free, MOST_FLOWS);
  const flows = cover.boxes.map((box) => printBox(space, box, ({ key, text }) => labels.get(key) ?? text));
  return { flows, more: cover.more };
}

/**
 * Questions that remember packets, named by their rule: two rules `limit 5/sec` have two buckets. The last side names them as its own, and what is
 * another question there is told from it.
 */
export function questionLabels(sides: readonly Side[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const side of [...sides].reverse()) {
    const taken = new Set(labels.values());
    for (const [key, label] of labelsOf(side)) {
      if (!labels.has(key)) labels.set(key, taken.has(label) ? `${label} before the change` : label);
    }
  }
  return labels;
}

function labelsOf(side: Side): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const chains of side.tables.values()) {
    for (const { rules } of chains.values()) {
      for (const one of rules) {
        if (one.plain !== undefined) continue;
        const { rule, chain, number } = one;
        for (const condition of rule.conditions) {
          if (condition.kind !== 'question' || !condition.remembers) continue;
          labels.set(condition.key, `${condition.text} of ${chain.table} ${chain.name} ${number}`);
        }
      }
    }
  }
  return labels;
}

export function outcomeOf(verdict: Verdict, [first, ...others]: readonly Decider[]): Outcome {
  if (first === undefined) throw new Error('a packet that no rule and no policy decides about');
  return { ...verdict, by: placeOf(first), ...(others.length === 0 ? {} : { others: others.length }) };
}

export function placeOf(decider: Decider): RulePlace {
  return 'changed' in decider ? placeOfRule(decider) : placeOfPolicy(decider);
}
