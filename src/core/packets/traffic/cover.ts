import type { Diagram } from '../diagram/diagram.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import type { Dynamic, Place, PlaceName, Space } from './space.ts';

/** One field or answer of a box, and the set over its variables alone. */
export type Side<Of> = { readonly of: Of; readonly set: number };

/** A product: each field for itself is in its set. What is absent may be anything. */
export type Box = { readonly fields: readonly Side<Place>[]; readonly answers: readonly Side<Dynamic>[] };

export type Cover = { readonly boxes: readonly Box[]; readonly isWhole: boolean; readonly rest: number };

/** The field that is asked for least comes first: it is widened while the others are still narrow, and goes. */
const WIDEN: readonly PlaceName[] = [
  ...(['mac', 'connectionMark', 'mark', 'sourcePort', 'tcpFlags', 'icmp', 'laterFragment'] as const),
  ...(['bridgeOutput', 'bridgeInput', 'state', 'output', 'input', 'protocol', 'source'] as const),
  ...(['destination', 'destinationPort'] as const),
];

/**
 * Boxes that together are the set, each as large as it can be: they may overlap. What `free` holds may be in a box or not, so that a box says no more
 * than it has to.
 */
export function coverOf(space: Space, set: number, free: number, most: number): Cover {
  const { diagram } = space;
  const outside = diagram.not(diagram.or(set, free));
  const weights = new Map<number, number>();
  const boxes: Box[] = [];
  let rest = diagram.minus(set, free);
  while (rest !== FALSE && boxes.length < most) {
    const box = widened(space, boxOn(space, rest, weights), outside);
    boxes.push(box);
    rest = diagram.minus(rest, setOf(diagram, box));
  }
  return { boxes, isWhole: rest === FALSE, rest };
}

function setOf(diagram: Diagram, { fields, answers }: Box): number {
  return [...fields, ...answers].reduceRight((all, { set }) => diagram.and(set, all), TRUE as number);
}

/** The packets of one way through the diagram, the one with the most packets. */
function boxOn(space: Space, root: number, weights: Map<number, number>): Box {
  const { diagram } = space;
  const fields = new Map<Place, (readonly [variable: number, isHigh: boolean])[]>();
  const answers = new Map<Dynamic, (readonly [variable: number, isHigh: boolean])[]>();
  for (let node = root; !diagram.isTerminal(node); ) {
    const variable = diagram.variableOf(node);
    const low = diagram.lowOf(node);
    const high = diagram.highOf(node);
    const isHigh = weightOf(diagram, high, weights) > weightOf(diagram, low, weights);
    const place = space.placeOf(variable);
    const dynamic = space.dynamicOf(variable);
    if (place !== undefined) fields.set(place, [...(fields.get(place) ?? []), [variable, isHigh]]);
    else if (dynamic !== undefined) answers.set(dynamic, [...(answers.get(dynamic) ?? []), [variable, isHigh]]);
    node = isHigh ? high : low;
  }
  const cube = (bits: readonly (readonly [number, boolean])[]) =>
    bits.reduceRight(
      (node, [variable, isHigh]) => (isHigh ? diagram.make(variable, FALSE, node) : diagram.make(variable, node, FALSE)),
      TRUE as number,
    );
  return {
    fields: [...fields].map(([of, bits]) => ({ of, set: cube(bits) })),
    answers: [...answers].map(([of, bits]) => ({ of, set: cube(bits) })),
  };
}

/** The share of all assignments that are in the set. */
function weightOf(diagram: Diagram, node: number, weights: Map<number, number>): number {
  if (diagram.isTerminal(node)) return node === TRUE ? 1 : 0;
  const known = weights.get(node);
  if (known !== undefined) return known;
  const weight =
    (weightOf(diagram, diagram.lowOf(node), weights) + weightOf(diagram, diagram.highOf(node), weights)) / 2;
  weights.set(node, weight);
  return weight;
}

/** Each field for itself as wide as no packet of `outside` gets in. */
function widened(space: Space, box: Box, outside: number): Box {
  const { diagram } = space;
  const fields = new Map(box.fields.map(({ of, set }) => [of, set]));
  const answers = new Map(box.answers.map(({ of, set }) => [of, set]));
  const others = (without: Place | Dynamic) =>
    setOf(diagram, {
      fields: [...fields].flatMap(([of, set]) => (of === without ? [] : [{ of, set }])),
      answers: [...answers].flatMap(([of, set]) => (of === without ? [] : [{ of, set }])),
    });
  for (const dynamic of [...answers.keys()]) {
    const bad = diagram.forget(diagram.and(others(dynamic), outside), space.onlyDynamic(dynamic));
    put(answers, dynamic, diagram.not(bad));
  }
  for (const name of WIDEN) {
    const place = space.place(name);
    if (!fields.has(place)) continue;
    const bad = diagram.forget(diagram.and(others(place), outside), space.onlyField(place));
    put(fields, place, diagram.not(bad));
  }
  return {
    fields: [...fields].map(([of, set]) => ({ of, set })).sort((a, b) => a.of.first - b.of.first),
    answers: [...answers].map(([of, set]) => ({ of, set })).sort((a, b) => a.of.first - b.of.first),
  };
}

function put<Of>(sets: Map<Of, number>, of: Of, set: number): void {
  if (set === TRUE) sets.delete(of);
  else sets.set(of, set);
}
