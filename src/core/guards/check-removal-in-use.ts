import { listSome } from '../ownership/list-some.ts';
import { ruleKey } from '../plan/rule-key.ts';
import { sampleCounters } from '../plan/sample-counters.ts';
import type { TableStep } from '../plan/types.ts';
import type { Counters } from '../rules/types.ts';
import { type RemovedRule, removedRules } from './removed-rules.ts';
import type { Evidence, Guard, GuardFacts } from './types.ts';

type CounterSample = ReadonlyMap<string, Counters>;

export const removalInUse: Guard<'FWG04', '--allow-removal-in-use'> = {
  id: 'FWG04',
  flag: '--allow-removal-in-use',
  summary: 'Go on although rules are removed that carry traffic.',
  sarif: 'Rules that carry traffic are removed',
  closedWhen: 'removed rules have matched packets',
  shows: 'packets of each, the busiest five',
  check: ({ steps, earlier }) => checkRemovalInUse(steps, earlier),
};

/**
 * FWG04: a removed rule has matched packets since the earlier sample; without one, since the kernel loaded it. The busiest rules are
 * named first.
 */
function checkRemovalInUse(steps: readonly TableStep[], earlier: GuardFacts['earlier']): readonly Evidence[] {
  return steps.flatMap((step): Evidence[] => {
    const { namespace, family, table } = step;
    const used = usedRules(step, earlier?.counters ?? new Map());
    if (used.length === 0) return [];
    const chains = new Set(used.map(({ rule }) => rule.chain));
    const [first] = chains;
    return [
      {
        title: 'rules that matched packets lately are removed',
        namespace,
        families: [family],
        table,
        ...(chains.size === 1 && first !== undefined ? { chain: first } : {}),
        evidence: listSome(
          used.map((one) => describe(one, earlier)),
          'more rules that matched packets',
        ),
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

function usedRules(step: TableStep, earlier: ReadonlyMap<string, Counters>): readonly UsedRule[] {
  const removed = removedRules(step);
  const { before } = step;
  if (before === undefined || removed.length === 0) return [];
  const chains = new Set(removed.map((rule) => rule.chain));
  const concerned = { ...before, chains: before.chains.filter((chain) => chains.has(chain.name)) };
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

/**
 * Packets that each rule has counted between two samples, rules without any left out. A rule that the earlier sample lacks, or whose
 * counter is lower now because something zeroed it, has counted all it shows.
 */
export function findMoved(before: CounterSample, now: CounterSample): ReadonlyMap<string, bigint> {
  const moved = new Map<string, bigint>();
  for (const [key, [packets]] of now) {
    const count = toCount(packets);
    const earlier = toCount(before.get(key)?.[0] ?? '0');
    const more = count >= earlier ? count - earlier : count;
    if (more > 0n) moved.set(key, more);
  }
  return moved;
}

/** A saved plan may have been edited: what is no number counts as none. */
function toCount(digits: string): bigint {
  return /^\d{1,40}$/.test(digits) ? BigInt(digits) : 0n;
}
