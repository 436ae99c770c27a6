import type { OpenedShare, OpenedTraffic } from '../packets/traffic/measure-opened.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Plan } from '../plan/types.ts';
import type { Family, Namespace } from '../rules/types.ts';
import { type FirewallPair, firewallsOfPlan } from './firewalls-of-plan.ts';
import type { LiveNamespace } from './live-namespace.ts';
import { firewallsSince } from './since-confirmed.ts';
import { firewallKey } from './traffic-of-plan.ts';

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
  readonly measure: Measure;
  readonly nodes: number;
  /** The last generation that a person confirmed, and what all states declare now. */
  readonly confirmed?: Parameters<typeof firewallsSince>[2] & { readonly number: number };
};

/** What a plan opens, compared with what is live and with what a person confirmed. It never fails: where it cannot be told, why is. */
export function openedByPlan(plan: Plan, { live, measure, nodes, confirmed }: OpenedOptions): readonly Opened[] {
  const own = live.map(alone);
  const done = new Map<string, Opened['result']>();
  const opened = (pairs: readonly FirewallPair[], since: string) =>
    pairs.map(({ namespace, family, sides }): Opened => {
      if ('unknown' in sides) return { namespace, family, since, result: sides };
      // Namespaces that are alike are measured once.
      const key = JSON.stringify([family, firewallKey(sides.before), firewallKey(sides.after)]);
      const result = done.get(key) ?? judge(sides, measure, nodes);
      done.set(key, result);
      return { namespace, family, since, result };
    });
  return [
    ...opened(firewallsOfPlan(plan, own), 'what is live'),
    ...(confirmed === undefined ? [] : opened(firewallsSince(plan, own, confirmed), `generation ${confirmed.number}`)),
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
