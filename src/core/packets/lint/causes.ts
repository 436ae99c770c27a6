import { FALSE, TRUE } from '../diagram/node-table.ts';
import { placeOfRule, type SideRule } from '../side/side.ts';
import type { Action } from '../types/action.ts';
import type { WalkedRule } from './chain-walk.ts';
import { type TableSets, together, type Written } from './table-sets.ts';
import type { Cause } from './types.ts';

/** Rules that are named as the cause of one finding; a finding with more is left out, as nobody could check it. */
const MOST_CAUSES = 20;

/**
 * The rules among `before` that take all packets of the set, the one that takes the most of what is left first, then the one that takes the most with
 * another verdict. Undefined where they do not take all of it by themselves.
 */
export function causesOf(
  sets: TableSets,
  set: number,
  before: readonly WalkedRule[],
  rule: SideRule | undefined,
): readonly Cause[] | undefined {
  const { diagram } = sets.space;
  const shares: { readonly by: WalkedRule; readonly part: number }[] = [];
  let written: Written = { fields: [], unknown: false };
  for (const by of before.toReversed()) {
    diagram.spend(1);
    // What is written between the two may make the packet another one.
    written = together([written, by.written]);
    const part = by.taken === FALSE ? FALSE : diagram.and(set, sets.despiteWriting(by.taken, written));
    if (part !== FALSE) shares.push({ by, part });
    if (written.unknown) break;
  }
  if (diagram.minus(set, diagram.union(shares.map(({ part }) => part))) !== FALSE) return undefined;
  const weights = new Map<number, number>();
  const size = (node: number) => weightOf(sets, node, weights);
  const chosen: WalkedRule[] = [];
  for (let rest = set; rest !== FALSE; ) {
    const best = largest(shares, ({ part }) => size(diagram.and(rest, part)));
    if (best === undefined || diagram.isDisjoint(rest, best.part) || chosen.length === MOST_CAUSES) return undefined;
    chosen.push(best.by);
    rest = diagram.minus(rest, best.part);
  }
  const others = shares.filter(({ by }) => differs(by.rule, rule) === true);
  const other = largest(others, ({ part }) => size(part));
  if (other !== undefined && !chosen.some((one) => differs(one.rule, rule) === true)) chosen.push(other.by);
  return chosen
    .map((one) => one.rule)
    .sort((a, b) => a.number - b.number)
    .map((one) => causeOf(one, rule));
}

export function causeOf(cause: SideRule, rule: SideRule | undefined): Cause {
  const is = differs(cause, rule);
  return { ...placeOfRule(cause), ...(is === undefined ? {} : { differs: is }) };
}

function largest<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Item | undefined {
  let best: Item | undefined;
  let most = -1;
  for (const item of items) {
    const size = sizeOf(item);
    // Of equal ones the first of the chain, which stands last here.
    if (size < most) continue;
    best = item;
    most = size;
  }
  return best;
}

/** The share of all packets that is in the set. */
function weightOf(sets: TableSets, node: number, known: Map<number, number>): number {
  const { diagram } = sets.space;
  if (diagram.isTerminal(node)) return node === TRUE ? 1 : 0;
  const found = known.get(node);
  if (found !== undefined) return found;
  const weight = (weightOf(sets, diagram.lowOf(node), known) + weightOf(sets, diagram.highOf(node), known)) / 2;
  known.set(node, weight);
  return weight;
}

function differs(one: SideRule, other: SideRule | undefined): boolean | undefined {
  const [a, b] = [one, other].map((rule) => (rule === undefined ? undefined : verdictKey(rule.rule.action)));
  return a === undefined || b === undefined ? undefined : a !== b;
}

/** Equal for rules that end the way of a packet alike; undefined for those that do not end it. */
export function verdictKey(action: Action): string | undefined {
  switch (action.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return action.kind;
    case 'reject':
      return `reject ${action.with}`;
    case 'translate':
      return JSON.stringify(action, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    default:
      return undefined;
  }
}
