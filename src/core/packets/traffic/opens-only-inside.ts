import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import { flowCondition } from '../flow/flow-condition.ts';
import { RuleReader } from '../side/rule-reader.ts';
import { chainsFrom, chainsOn, markChanges, type SideRule } from '../side/side.ts';
import type { Firewall } from '../types/firewall.ts';
import type { FlowPattern } from '../types/flow-pattern.ts';
import { CONNECTIONS, type Connections, PATHS, type Path } from '../types/traffic.ts';
import { alters } from '../way/alter.ts';
import type { SentTo } from '../way/outcomes.ts';
import { makeGround, wayOfSides } from '../way/path-model.ts';
import { readsOf } from '../way/reads.ts';
import { Rewritings } from '../way/rewritings.ts';
import type { RuleMatches } from '../way/rule-matches.ts';
import { Comparison } from './comparison.ts';
import type { ChangedPackets } from './regions.ts';
import { isSentElsewhere } from './sent-elsewhere.ts';

/**
 * Whether every packet that a change lets pass is of one of some flows, and the change does nothing else to it. Where that is not proved it is false.
 */
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
  const comparison = new Comparison(ground, was, will, nodes);
  return PATHS.every((path) => {
    const conditions = own.filter((flow) => (flow.path ?? path) === path).map(({ condition }) => condition);
    return CONNECTIONS.every((connections) => isInside(comparison, path, connections, conditions));
  });
}

function isInside(
  comparison: Comparison,
  path: Path,
  connections: Connections,
  conditions: readonly ReturnType<RuleReader['resolve']>[],
): boolean {
  try {
    const found = comparison.compare(path, connections);
    if ('because' in found) return false;
    const { space, matches, regions } = found;
    const { diagram } = space;
    const asCame = diagram.union(conditions.map((condition) => matches.set(condition, matches.untouched)));
    const written = diagram.union(writtenAnew(comparison, path, matches));
    const isSentAnew = changedRules(comparison, path).some((rule) => leadsTo(comparison, rule, isSending));
    return regions
      .filter((region) => isOpened(region) || isSentElsewhere(connections, region.was.verdict, region.will.verdict))
      .every(({ set, will: { sentTo } }) => {
        if (!diagram.isDisjoint(set, written)) return false;
        if (sentTo === undefined) return diagram.isDisjoint(set, diagram.not(asCame));
        const behind = behindNat(sentTo, path, conditions, matches);
        // Whom a changed rule sends somewhere gets there only since it does: that is what has to be named.
        return diagram.isDisjoint(set, diagram.not(isSentAnew ? behind : diagram.or(asCame, behind)));
      });
  } catch (error) {
    if (error instanceof NodeLimit) return false;
    throw error;
  }
}

/** Packets that are of a flow as DNAT or REDIRECT sends them on. By which way that is the flow has to say of the way that they come. */
function behindNat(
  { destination, destinationPort, output }: SentTo,
  path: Path,
  conditions: readonly ReturnType<RuleReader['resolve']>[],
  matches: RuleMatches,
): number {
  // Packets through this host that stay here, and those of this host, which are routed anew, are of another way than a flow names.
  if (path === 'OUTPUT' || output === 'none') return FALSE;
  const sent = new Rewritings().known({
    ...matches.untouched.value,
    ...(destination === undefined ? {} : { destination }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
  });
  return matches.space.diagram.union(conditions.map((condition) => matches.set(condition, sent)));
}

/**
 * Packets that a changed rule writes, copies or notes somewhere, or gives another source, or leads to a rule that does: what they open elsewhere, a flow
 * does not say.
 */
function writtenAnew(comparison: Comparison, path: Path, matches: RuleMatches): readonly number[] {
  return changedRules(comparison, path)
    .filter((rule) => leadsTo(comparison, rule, isWriting))
    .map(({ rule: { conditions } }) =>
      // What rules before it wrote it may ask of packets as they came.
      conditions.some((condition) => readsOf(condition, []) !== 0)
        ? TRUE
        : conditions.reduce(
            (set, one) => matches.space.diagram.and(set, matches.set(one, matches.untouched)),
            TRUE as number,
          ),
    );
}

function changedRules({ before, after }: Comparison, path: Path): readonly SideRule[] {
  return chainsOn(after, wayOfSides([before, after], path)).flatMap(({ rules }) =>
    rules.filter(({ changed }) => changed),
  );
}

/** Whether a rule is such, or calls one. */
function leadsTo({ after }: Comparison, rule: SideRule, is: (rule: SideRule) => boolean): boolean {
  return is(rule) || (rule.to !== undefined && (chainsFrom(after, rule.to) ?? []).some(({ rules }) => rules.some(is)));
}

function isSending({ rule: { action } }: SideRule): boolean {
  return action.kind === 'translate' && action.what === 'destination';
}

function isWriting(one: SideRule): boolean {
  const { action } = one.rule;
  return alters(action) || (action.kind === 'translate' && !isSending(one)) || action.kind === 'unknown';
}

function isOpened({ was, will }: ChangedPackets): boolean {
  return isStopped(was.verdict.verdict) && !isStopped(will.verdict.verdict);
}

function isStopped(verdict: string): boolean {
  return verdict === 'drop' || verdict === 'reject';
}
