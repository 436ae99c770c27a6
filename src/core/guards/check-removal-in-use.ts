import type { Counters } from '../ruleset/types.ts';
import { findMoved } from './find-moved.ts';
import { listSome } from './list-some.ts';
import { type RemovedRule, removedRules } from './removed-rules.ts';
import { ruleKey } from './rule-key.ts';
import { sampleCounters } from './sample-counters.ts';
import { type Finding, GUARD_FLAGS, type GuardedStep, type GuardFacts } from './types.ts';

/**
 * FWG04: a removed rule has matched packets since the earlier sample; without one, since the kernel loaded it. The busiest rules are
 * named first.
 */
export function checkRemovalInUse(steps: readonly GuardedStep[], earlier: GuardFacts['earlier']): readonly Finding[] {
  return steps.flatMap((guarded): Finding[] => {
    const { namespace, family, table } = guarded.step;
    const used = usedRules(guarded, earlier?.counters ?? new Map());
    if (used.length === 0) return [];
    const chains = new Set(used.map(({ rule }) => rule.chain));
    const [first] = chains;
    return [
      {
        id: 'FWG04',
        title: 'rules that matched packets lately are removed',
        namespace,
        families: [family],
        table,
        ...(chains.size === 1 && first !== undefined ? { chain: first } : {}),
        evidence: listSome(
          used.map((one) => describe(one, earlier)),
          'more rules that matched packets',
        ),
        flag: GUARD_FLAGS.FWG04,
      },
    ];
  });
}

type UsedRule = {
  readonly rule: RemovedRule;
  readonly packets: bigint;
  /** The earlier sample has this rule. */
  readonly isOld: boolean;
};

function usedRules({ step, tables }: GuardedStep, earlier: ReadonlyMap<string, Counters>): readonly UsedRule[] {
  const removed = removedRules(step);
  if (tables.before === undefined || removed.length === 0) return [];
  const chains = new Set(removed.map((rule) => rule.chain));
  const concerned = { ...tables.before, chains: tables.before.chains.filter((chain) => chains.has(chain.name)) };
  const moved = findMoved(earlier, sampleCounters(step, concerned));
  const used = removed.flatMap((rule): UsedRule[] => {
    const key = ruleKey(step, rule.chain, rule.text);
    const packets = moved.get(key) ?? 0n;
    return packets > 0n ? [{ rule, packets, isOld: earlier.has(key) }] : [];
  });
  return used.sort((one, other) => (one.packets === other.packets ? 0 : one.packets > other.packets ? -1 : 1));
}

function describe({ rule, packets, isOld }: UsedRule, earlier: GuardFacts['earlier']): string {
  const since = isOld && earlier !== undefined ? `since ${earlier.since}` : 'since it was loaded';
  return `${packets} ${packets === 1n ? 'packet' : 'packets'} ${since}: ${rule.chain} rule ${rule.position}: ${rule.text}`;
}
