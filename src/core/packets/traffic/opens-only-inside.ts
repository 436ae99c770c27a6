import { NodeLimit } from '../diagram/node-limit.ts';
import { flowCondition } from '../flow/flow-condition.ts';
import type { Firewall } from '../types/firewall.ts';
import type { FlowPattern } from '../types/flow-pattern.ts';
import type { Connections, Path } from '../types/traffic.ts';
import { makeGround } from '../way/path-model.ts';
import { RuleReader } from '../way/rule-reader.ts';
import { markChanges } from '../way/side.ts';
import { PathComparison } from './compare-path.ts';

const PATHS: readonly Path[] = ['INPUT', 'FORWARD', 'OUTPUT'];

/** Whether every packet that a change lets pass is of one of some flows. Where that is not proved it is false. */
export function opensOnlyInside(
  before: Firewall,
  after: Firewall,
  flows: readonly FlowPattern[],
  { nodes }: { readonly nodes: number },
): boolean {
  const reader = new RuleReader([before, after]);
  const [was, will] = [reader.read(before), reader.read(after)];
  markChanges(was, will);
  const { family } = after;
  const own = flows
    .filter(({ families }) => families.includes(family))
    .map((flow) => ({ path: flow.path, condition: reader.resolve(after, flowCondition(flow, family)) }));
  const ground = makeGround([was, will], PATHS, (seen) => {
    for (const { condition } of own) seen.add(condition, family);
  });
  if (ground === undefined) return false;
  return PATHS.every((path) => {
    const conditions = own.filter((flow) => (flow.path ?? path) === path).map(({ condition }) => condition);
    const comparison = new PathComparison(ground, was, will, path, nodes);
    return (['new', 'running'] as const).every((connections) => isInside(comparison, connections, conditions));
  });
}

function isInside(
  comparison: PathComparison,
  connections: Connections,
  conditions: readonly ReturnType<RuleReader['resolve']>[],
): boolean {
  try {
    const found = comparison.compare(connections);
    if ('because' in found) return false;
    const { space, matches, regions } = found;
    const { diagram } = space;
    const inside = diagram.union(conditions.map((condition) => matches.set(condition, matches.untouched)));
    return regions
      .filter((region) => isStopped(region.was.verdict.verdict) && !isStopped(region.will.verdict.verdict))
      .every((region) => diagram.isDisjoint(region.set, diagram.not(inside)));
  } catch (error) {
    if (error instanceof NodeLimit) return false;
    throw error;
  }
}

function isStopped(verdict: string): boolean {
  return verdict === 'drop' || verdict === 'reject';
}
