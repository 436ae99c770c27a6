import type { Diagram } from '../diagram/diagram.ts';
import { FALSE } from '../diagram/node-table.ts';
import { joined, type Spans } from './codes.ts';
import type { Dynamic, Place } from './space.ts';

/** The codes in a set over the variables of one field. Those above the last code stand for it. */
export function codesIn(diagram: Diagram, set: number, { first, bits }: Place | Dynamic, count: number): Spans {
  const spans: [number, number][] = [];
  const visit = (node: number, variable: number, code: number): void => {
    if (node === FALSE) return;
    const left = first + bits - variable;
    if (diagram.isTerminal(node)) {
      spans.push([Math.min(code, count - 1), Math.min(code + 2 ** left - 1, count - 1)]);
      return;
    }
    const isAsked = diagram.variableOf(node) === variable;
    visit(isAsked ? diagram.lowOf(node) : node, variable + 1, code);
    visit(isAsked ? diagram.highOf(node) : node, variable + 1, code + 2 ** (left - 1));
  };
  visit(set, first, 0);
  return joined(spans);
}

/** The values under masks that together are a set over the bits of one field. */
export function masksIn(diagram: Diagram, set: number, { first, bits }: Place): readonly (readonly [bigint, bigint])[] {
  const masks: [bigint, bigint][] = [];
  const visit = (node: number, value: bigint, mask: bigint): void => {
    if (node === FALSE) return;
    if (diagram.isTerminal(node)) {
      masks.push([value, mask]);
      return;
    }
    const bit = 1n << BigInt(first + bits - 1 - diagram.variableOf(node));
    visit(diagram.lowOf(node), value, mask | bit);
    visit(diagram.highOf(node), value | bit, mask | bit);
  };
  visit(set, 0n, 0n);
  return masks;
}
