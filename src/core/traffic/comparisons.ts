import { trafficBetween } from '../packets/traffic/compare-traffic.ts';
import { type Comparison, comparisonOf } from '../packets/traffic/comparison.ts';
import { type OpenedTraffic, openedBetween } from '../packets/traffic/measure-opened.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { PathTraffic } from '../packets/types/traffic.ts';
import type { Plan } from '../plan/types.ts';
import { firewallKey } from './firewall-key.ts';

type Options = { readonly nodes: number };

type Found = { readonly opened: OpenedTraffic; readonly traffic: () => readonly PathTraffic[] };

/**
 * What a plan does to each pair of firewalls, found out once for the guard that asks what it opens and for all that asks what it does. A comparison
 * takes a lot of memory: there is one at a time, and of those before it only the answers are kept.
 */
export class Comparisons {
  private readonly found = new Map<string, Found>();
  private last: Found | undefined;

  opened(before: Firewall, after: Firewall, options: Options): OpenedTraffic {
    return this.of(before, after, options).opened;
  }

  traffic(before: Firewall, after: Firewall, options: Options): readonly PathTraffic[] {
    return this.of(before, after, options).traffic();
  }

  private of(before: Firewall, after: Firewall, { nodes }: Options): Found {
    const key = JSON.stringify([before.family, nodes, firewallKey(before), firewallKey(after)]);
    const known = this.found.get(key);
    if (known !== undefined) return known;
    this.last?.traffic();
    // The guard is always answered first, in whatever order they ask: so the answers are the same in each run.
    const found = compare(before, after, nodes);
    this.found.set(key, found);
    this.last = found;
    return found;
  }
}

function compare(before: Firewall, after: Firewall, nodes: number): Found {
  let pair: Comparison | undefined = comparisonOf(before, after, nodes);
  const opened = openedBetween(pair);
  let traffic: readonly PathTraffic[] = [];
  return {
    opened,
    traffic: () => {
      if (pair !== undefined) traffic = trafficBetween(pair);
      pair = undefined;
      return traffic;
    },
  };
}

const known = new WeakMap<Plan, Comparisons>();

/** Those of a plan, which never changes. */
export function comparisonsOf(plan: Plan): Comparisons {
  const comparisons = known.get(plan) ?? new Comparisons();
  known.set(plan, comparisons);
  return comparisons;
}
