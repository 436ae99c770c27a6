import { LIMITS } from '../limits.ts';
import { measureOpened, type OpenedShare, type OpenedTraffic } from '../packets/traffic/measure-opened.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Plan } from '../plan/types.ts';
import type { Family, Namespace } from '../rules/types.ts';
import { comparisonsOf } from './comparisons.ts';
import { firewallKey } from './firewall-key.ts';
import { type FirewallPair, firewallsOfPlan } from './firewalls-of-plan.ts';
import type { LiveNamespace } from './live-namespace.ts';
import { isNarrowChange, isOpenAlready } from './narrow-change.ts';
import { type Confirmed, firewallsSince } from './since-confirmed.ts';

export type Measure = (before: Firewall, after: Firewall, options: { readonly nodes: number }) => OpenedTraffic;

/** What a plan opens in one family of a namespace, compared with one moment. */
export type Opened = {
  readonly namespace: Namespace;
  readonly family: Family;
  /** `what is live`, `generation 7`. */
  readonly since: string;
  readonly result: { readonly shares: readonly OpenedShare[] } | { readonly unknown: string };
};

export type OpenedOptions = {
  readonly live: readonly LiveNamespace[];
  readonly measure?: Measure;
  /** Of one comparison; `LIMITS.trafficNodes` without it. */
  readonly nodes?: number;
  /** Of an opening from no more than this part of all sources nothing is told. */
  readonly least?: number;
  /** The last generation that a person confirmed, and what all states declare now. */
  readonly confirmed?: Confirmed & { readonly number: number };
};

/** What a plan opens, compared with what is live and with what a person confirmed. It never fails: where it cannot be told, why is. */
export function openedByPlan(plan: Plan, options: OpenedOptions): readonly Opened[] {
  const { live, measure, nodes = LIMITS.trafficNodes.most, confirmed, least = 0 } = options;
  const comparisons = comparisonsOf(plan);
  const own = live.map(alone);
  const done = new Map<string, Opened['result']>();
  const opened = (pairs: readonly FirewallPair[], since: string, measure: Measure) =>
    pairs.map(({ namespace, family, sides }): Opened => {
      if ('unknown' in sides) return { namespace, family, since, result: sides };
      const [from, to] = [sides.before, sides.after].map((side) => JSON.stringify(firewallKey(side)));
      // A plan that brings back what was confirmed opens nothing since then.
      if (from === to) return { namespace, family, since, result: { shares: [] } };
      // Namespaces that are alike are measured once.
      const key = JSON.stringify([family, from, to]);
      const result =
        done.get(key) ??
        (isOpenAlready(sides.before, sides.after) || isNarrowChange(sides.before, sides.after, least)
          ? { shares: [] }
          : judge(sides, measure, nodes));
      done.set(key, result);
      return { namespace, family, since, result };
    });
  return [
    ...opened(firewallsOfPlan(plan, own), 'what is live', measure ?? comparisons.opened.bind(comparisons)),
    ...(confirmed === undefined
      ? []
      : opened(firewallsSince(plan, own, confirmed), `generation ${confirmed.number}`, measure ?? measureOpened)),
  ];
}

/**
 * Without rules that stay as they are and that can only drop: what is opened with them is opened without them. A table that cannot be seen and that may mark or
 * translate packets stays.
 */
function alone({ other: _, ...live }: LiveNamespace): LiveNamespace {
  return { ...live, hidden: live.hidden.filter(({ table }) => table !== 'filter' && table !== 'security') };
}

function judge(
  sides: { readonly before: Firewall; readonly after: Firewall },
  measure: Measure,
  nodes: number,
): Opened['result'] {
  try {
    const measured = measure(sides.before, sides.after, { nodes });
    if (measured.kind === 'measured') return { shares: measured.shares };
    return { unknown: `${measured.path}: ${measured.because}` };
  } catch (error) {
    return { unknown: `the comparison failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
