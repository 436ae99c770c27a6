import { FALSE, TRUE } from '../diagram/node-table.ts';
import type { SideChain, SideRule } from '../side/side.ts';
import { type TableSets, together, type Written } from './table-sets.ts';

/** What is known of one rule, for packets as they are when they come to it. */
export type WalkedRule = {
  readonly rule: SideRule;
  /** At most these come to it. */
  readonly arriving: number;
  /** At most these meet it. */
  readonly met: number;
  /** At least these, of those that come to it, do not come to the rule behind it. */
  readonly taken: number;
  readonly written: Written;
};

/** At most these packets come back from a chain, as they are by then. */
export type Passing = ReadonlyMap<SideChain, number>;

/** What other programs may have written between two rules of a built-in chain that fw does not have alone. */
const BY_OTHERS: Written = { fields: ['connectionMark', 'mark', 'state'], unknown: false };

/**
 * Walks a chain that any packet may come to. `see` is told each rule in order; what has more nodes than it may throws NodeLimit from there.
 * Each set is on the safe side: what arrives is never too small, what is taken is never too large.
 */
export function walkChain(
  sets: TableSets,
  chain: SideChain,
  passing: Passing,
  isShared: boolean,
  see: (rule: WalkedRule) => void,
): number {
  const { diagram } = sets.space;
  let arriving: number = TRUE;
  let back: number = FALSE;
  for (const rule of chain.rules) {
    diagram.spend(1);
    if (isShared) arriving = sets.afterWriting(arriving, BY_OTHERS);
    const met = sets.most(rule);
    const own = sets.writtenBy(rule);
    const taken = takenBy(sets, rule, passing);
    see({ rule, arriving, met, taken, written: isShared ? together([own, BY_OTHERS]) : own });
    const hit = diagram.and(arriving, met);
    const rest = diagram.minus(arriving, sets.least(rule));
    const behind = comesBack(sets, rule, hit, passing);
    const { kind } = rule.rule.action;
    if (kind === 'return' || kind === 'goto') {
      back = diagram.or(back, behind);
      arriving = rest;
    } else arriving = diagram.or(rest, behind);
  }
  return diagram.or(back, arriving);
}

/** At most these of the packets that meet a rule go on: behind it, or behind the chain where it is a RETURN or a goto. */
function comesBack(sets: TableSets, rule: SideRule, hit: number, passing: Passing): number {
  switch (rule.rule.action.kind) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'translate':
      return FALSE;
    case 'jump':
    case 'goto': {
      const through = (rule.to === undefined ? undefined : passing.get(rule.to)) ?? TRUE;
      return sets.space.diagram.and(sets.afterWriting(hit, sets.writtenBy(rule)), through);
    }
    // A program that is handed a packet may let it go on.
    default:
      return sets.afterWriting(hit, sets.writtenBy(rule));
  }
}

function takenBy(sets: TableSets, rule: SideRule, passing: Passing): number {
  const { diagram } = sets.space;
  switch (rule.rule.action.kind) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'translate':
    case 'return':
    case 'goto':
      return sets.least(rule);
    case 'jump': {
      // What the chain writes may lead a packet another way through it.
      const through = (rule.to === undefined ? undefined : passing.get(rule.to)) ?? TRUE;
      const ended = sets.despiteWriting(diagram.not(through), sets.writtenBy(rule));
      return diagram.and(sets.least(rule), ended);
    }
    default:
      return FALSE;
  }
}
