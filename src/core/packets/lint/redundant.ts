import { FALSE } from '../diagram/node-table.ts';
import { remembers, type SideRule } from '../side/side.ts';
import { causeOf, verdictKey } from './causes.ts';
import type { WalkedRule } from './chain-walk.ts';
import type { TableSets } from './table-sets.ts';
import type { Cause } from './types.ts';

export type RedundantRule = { readonly rule: SideRule; readonly causes: readonly Cause[] };

/**
 * The rules without which the rules behind them do the same to every packet: each for itself, two of them need not be so together. Rules that do
 * more than to end the way of a packet, and those that remember packets, are none; neither is one whose packets would meet such a rule.
 */
export function redundantRules(sets: TableSets, walked: readonly WalkedRule[]): readonly RedundantRule[] {
  const { diagram } = sets.space;
  const behind = new Map<string, number>();
  const candidates: { readonly at: number; readonly set: number }[] = [];
  for (let at = walked.length - 1; at >= 0; at -= 1) {
    diagram.spend(1);
    const { rule, arriving, met, taken } = walked[at] as WalkedRule;
    const verdict = verdictKey(rule.rule.action);
    if (verdict === undefined) continue;
    const same = behind.get(verdict) ?? FALSE;
    const set = remembers(rule.rule) ? FALSE : diagram.and(arriving, met);
    if (set !== FALSE && diagram.minus(set, same) === FALSE) candidates.push({ at, set });
    behind.set(verdict, diagram.or(same, taken));
  }
  return candidates.reverse().flatMap(({ at, set }): readonly RedundantRule[] => {
    const { rule } = walked[at] as WalkedRule;
    const causes = sameBehind(sets, set, verdictKey(rule.rule.action), walked.slice(at + 1));
    return causes === undefined ? [] : [{ rule, causes: causes.map((cause) => causeOf(cause, rule)) }];
  });
}

/** The rules that do the same to all packets of the set before any of them meets another rule. */
function sameBehind(
  sets: TableSets,
  set: number,
  verdict: string | undefined,
  behind: readonly WalkedRule[],
): readonly SideRule[] | undefined {
  const { diagram } = sets.space;
  const found: SideRule[] = [];
  let rest = set;
  for (const { rule, met, taken } of behind) {
    diagram.spend(1);
    if (diagram.isDisjoint(rest, met)) continue;
    if (verdictKey(rule.rule.action) !== verdict || remembers(rule.rule)) return undefined;
    // With the one answer it does the same here, with the other the packet goes on.
    const left = diagram.minus(rest, taken);
    if (left !== rest) found.push(rule);
    rest = left;
    if (rest === FALSE) return found;
  }
  return undefined;
}
