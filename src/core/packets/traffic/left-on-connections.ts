import type { PacketRule } from '../types/rule.ts';
import { readsOf } from '../way/reads.ts';
import { READS } from '../way/rewritings.ts';
import type { Side, SideChain, SideRule } from '../way/side.ts';
import type { Way } from '../way/way.ts';
import { chainsOn } from './compare-path.ts';

/**
 * Why a running connection is not judged on a way: what conntrack knows of it, or the mark that it has, is what other packets of it left there, also on
 * their way in the other direction; and a rule by which they leave something else changes, wherever it stands.
 */
export function leftOnConnections(before: Side, after: Side, way: Way): string | undefined {
  const changed = [before, after].flatMap(changedRules);
  if (changed.length === 0) return undefined;
  const chains = new Set([before, after].flatMap((side) => chainsOn(side, way)));
  const asking = [...chains].flatMap(({ rules }) => rules);
  const marks = changed.some(({ rule: { action } }) => MARKING.has(action.kind));
  if (marks && asking.some(({ rule }) => rule.action.kind === 'restore-mark' || reads(rule, READS.connectionMark))) {
    return MARKS;
  }
  const tracks = changed.some((rule) => tracksOtherwise(rule, chains));
  return tracks && asking.some(({ rule }) => reads(rule, READS.state)) ? TRACKING : undefined;
}

const MARKING: ReadonlySet<string> = new Set(['connection-mark', 'save-mark']);

const MARKS =
  'a rule that marks connections changes, and rules on this way ask for the mark, which other packets of a connection may have left';
const TRACKING =
  'a rule that tells conntrack what to look at changes, and rules on this way ask what it knows, which other packets of a connection may have left';

function changedRules(side: Side): readonly SideRule[] {
  return [...side.tables.values()].flatMap((chains) =>
    [...chains.values()].flatMap(({ rules }) => rules.filter((rule) => rule.changed)),
  );
}

/** A packet that a rule on this way takes out is told exactly; that those of the other direction are taken out is not. */
function tracksOtherwise({ rule: { action }, chain }: SideRule, onWay: ReadonlySet<SideChain>): boolean {
  return action.kind === 'rewrite' ? action.what === 'conntrack' : action.kind === 'untrack' && !onWay.has(chain);
}

function reads({ action, conditions }: PacketRule, what: number): boolean {
  return action.kind !== 'continue' && conditions.some((condition) => (readsOf(condition, []) & what) !== 0);
}
