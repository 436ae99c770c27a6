import { createHash } from 'node:crypto';
import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import { LIMITS } from '../limits.ts';
import { compareTraffic } from '../packets/traffic/compare-traffic.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { PathTraffic, Supposition, Traffic } from '../packets/types/traffic.ts';
import type { Plan } from '../plan/types.ts';
import { TABLES } from '../rules/builtin.ts';
import { digestTable } from '../rules/digest.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family } from '../rules/types.ts';
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
  const alike = new Map<string, { readonly names: string[]; readonly pairs: readonly FirewallPair[] }>();
  for (const [name, pairs] of byNamespace(firewallsOfPlan(plan, options.live))) {
    const key = JSON.stringify(pairs.map(keyOf));
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { names: [name], pairs });
    else known.names.push(name);
  }
  return [...alike.values()].map(({ names, pairs }) => {
    const supposing = pairs.find((pair) => pair.supposing !== undefined)?.supposing ?? options.supposing;
    const paths = pairs.flatMap((pair) => {
      const find = sharedOrigins(names.map((name) => originsOf(plan, name, pair.family, options.originOf)));
      return pathsOf(pair, options, find);
    });
    return { namespaces: names, paths, ...(supposing === undefined ? {} : { supposing }) };
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

function pathsOf({ family, sides }: FirewallPair, options: TrafficOptions, find: FindOrigin): readonly PathTraffic[] {
  const { compare = compareTraffic, nodes = LIMITS.trafficNodes.most } = options;
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
  return (['new', 'running'] as const).flatMap((connections) =>
    (['INPUT', 'FORWARD', 'OUTPUT'] as const).map(
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

/** Equal for firewalls that decide alike. */
export function firewallKey({ backend, tables, sets, settings }: Firewall): readonly unknown[] {
  const digests = TABLES.map((name) =>
    digestTable(
      tables.find((table) => table.name === name),
      name,
    ),
  );
  const content = createHash('sha256');
  for (const { name, header, changes, entries } of sets)
    content.update(`${name}\n${header}\n${changes}\n${entries.join('\n')}\n\n`);
  return [backend, digests, sets.length === 0 ? '' : content.digest('hex'), settings];
}

/** The same, found out when it is first asked for. */
export function trafficOnce(plan: Plan, options: TrafficOptions): () => readonly Traffic[] {
  let found: readonly Traffic[] | undefined;
  return () => {
    found ??= trafficOfPlan(plan, options);
    return found;
  };
}
