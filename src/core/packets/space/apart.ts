import type { Diagram } from '../diagram/diagram.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import type { Place } from './space.ts';

/** A set as two: which values one field has, and what the packets are beside it. */
export type Apart = { readonly alone: number; readonly others: number };

/**
 * Takes a field out of a set whose packets have the same values there, whatever else they are; undefined for other sets. Fields behind it must not be
 * asked.
 */
export function takeApart(diagram: Diagram, set: number, { first, bits }: Place): Apart | undefined {
  const known = new Map<number, number>();
  let alone: number | undefined;
  const visit = (node: number): number | undefined => {
    if (node === FALSE) return FALSE;
    const variable = diagram.variableOf(node);
    if (variable >= first) {
      alone ??= node;
      return alone === node && node !== TRUE ? TRUE : undefined;
    }
    const found = known.get(node);
    if (found !== undefined) return found;
    diagram.spend(1);
    const low = visit(diagram.lowOf(node));
    const high = low === undefined ? undefined : visit(diagram.highOf(node));
    if (low === undefined || high === undefined) return undefined;
    const others = diagram.make(variable, low, high);
    known.set(node, others);
    return others;
  };
  const others = visit(set);
  if (others === undefined || alone === undefined || !asksBelow(diagram, alone, first + bits)) return undefined;
  return { alone, others };
}

/** Whether a set asks no variable from `end` on. */
function asksBelow(diagram: Diagram, root: number, end: number): boolean {
  const seen = new Set<number>();
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (diagram.isTerminal(node) || seen.has(node)) continue;
    if (diagram.variableOf(node) >= end) return false;
    seen.add(node);
    waiting.push(diagram.lowOf(node), diagram.highOf(node));
  }
  return true;
}
