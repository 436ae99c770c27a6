import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import { LIMITS } from '../limits.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import { CONNECTIONS, PATHS, type PathTraffic, type Supposition, type Traffic } from '../packets/types/traffic.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family } from '../rules/types.ts';
import { comparisonsOf } from './comparisons.ts';
import { firewallKey } from './firewall-key.ts';
import { type FirewallPair, firewallsOfPlan } from './firewalls-of-plan.ts';
import type { LiveNamespace } from './live-namespace.ts';
import { type FindOrigin, originsOf, sharedOrigins, withOrigins } from './rule-origins.ts';

/** What changes for packets between two firewalls: see `compareTraffic`. */
export type Compare = (
  before: Firewall,
  after: Firewall,
  options: { readonly nodes: number },
) => readonly PathTraffic[];

export type TrafficOptions = {
  readonly live: readonly LiveNamespace[];
  readonly compare?: Compare;
  /** Of one comparison; `LIMITS.trafficNodes` without it. */
  readonly nodes?: number;
  /** Where a rule was written that stays as it is; the rows of the plan tell it of those that change. */
  readonly originOf?: (span: Span) => Origin;
  /** What is taken for granted of all namespaces. */
  readonly supposing?: Supposition;
};

/**
 * What a plan does to traffic, namespaces that change alike once. It never fails: where the comparison does, nothing is said of the packets and why
 * is told, and the plan is what it was.
 */
export function trafficOfPlan(plan: Plan, options: TrafficOptions): readonly Traffic[] {
  if (plan.steps.length === 0) return [];
  const comparisons = comparisonsOf(plan);
  const { nodes = LIMITS.trafficNodes.most, compare = comparisons.traffic.bind(comparisons) } = options;
  const alike = new Map<
    string,
    { readonly names: string[]; readonly pairs: readonly FirewallPair[]; readonly notLookedAt: Traffic['notLookedAt'] }
  >();
  for (const [name, pairs] of byNamespace(firewallsOfPlan(plan, options.live))) {
    const notLookedAt = options.live.find(({ namespace }) => namespaceLabel(namespace) === name)?.notLookedAt;
    const key = JSON.stringify([pairs.map(keyOf), notLookedAt]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { names: [name], pairs, notLookedAt });
    else known.names.push(name);
  }
  return [...alike.values()].map(({ names, pairs, notLookedAt }) => {
    const supposing = pairs.find((pair) => pair.supposing !== undefined)?.supposing ?? options.supposing;
    const paths = pairs.flatMap((pair) => {
      const find = sharedOrigins(names.map((name) => originsOf(plan, name, pair.family, options.originOf)));
      return pathsOf(pair, { compare, nodes }, find);
    });
    return {
      namespaces: names,
      paths,
      ...(supposing === undefined ? {} : { supposing }),
      ...(notLookedAt === undefined ? {} : { notLookedAt }),
    };
  });
}

function byNamespace(pairs: readonly FirewallPair[]): ReadonlyMap<string, readonly FirewallPair[]> {
  const found = new Map<string, FirewallPair[]>();
  for (const pair of pairs) {
    const label = namespaceLabel(pair.namespace);
    found.set(label, [...(found.get(label) ?? []), pair]);
  }
  return found;
}

function pathsOf(
  { family, sides }: FirewallPair,
  { compare, nodes }: Required<Pick<TrafficOptions, 'compare' | 'nodes'>>,
  find: FindOrigin,
): readonly PathTraffic[] {
  if ('unknown' in sides) return notJudged(family, sides.unknown);
  try {
    const paths = compare(sides.before, sides.after, { nodes });
    return paths.map((path) => withOrigins(path, find));
  } catch (error) {
    return notJudged(family, `the comparison failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Every path of a family, of which nothing is said. */
export function notJudged(family: Family, because: string): readonly PathTraffic[] {
  return CONNECTIONS.flatMap((connections) =>
    PATHS.map(
      (path): PathTraffic => ({
        family,
        path,
        connections,
        claim: { kind: 'not-judged', because },
        regions: [],
        questions: [],
        noEffect: false,
      }),
    ),
  );
}

/** Equal keys, equal packets. */
function keyOf({
  family,
  sides,
  supposing = 'nothing',
}: Omit<FirewallPair, 'supposing'> & { readonly supposing?: string }): readonly unknown[] {
  if ('unknown' in sides) return [family, sides.unknown];
  return [family, supposing, firewallKey(sides.before), firewallKey(sides.after)];
}

/** The same, found out when it is first asked for. */
export function trafficOnce(plan: Plan, options: TrafficOptions): () => readonly Traffic[] {
  let found: readonly Traffic[] | undefined;
  return () => {
    found ??= trafficOfPlan(plan, options);
    return found;
  };
}
