import type { Diagram } from '../diagram/diagram.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import { takeApart } from './apart.ts';
import type { Dynamic, Place, PlaceName, Space } from './space.ts';

/** One field or answer of a box, and the set over its variables alone. */
export type Extent<Of> = { readonly of: Of; readonly set: number };

/** A product: each field for itself is in its set. What is absent may be anything. */
export type Box = { readonly fields: readonly Extent<Place>[]; readonly answers: readonly Extent<Dynamic>[] };

/** `more`: how many boxes that do not overlap what is left over would come to. */
export type Cover = { readonly boxes: readonly Box[]; readonly more: number };

/** The field that is asked for least comes first: it is widened while the others are still narrow, and goes. */
const WIDEN: readonly PlaceName[] = [
  ...(['mac', 'connectionMark', 'mark', 'sourcePort', 'tcpFlags', 'icmp', 'laterFragment'] as const),
  ...(['bridgeOutput', 'bridgeInput', 'state', 'output', 'input', 'protocol', 'source'] as const),
  ...(['destination', 'destinationPort'] as const),
];

/** Covers that were found, by set: those of several rules often differ in nothing but the source of the packets. */
const covers = new WeakMap<Diagram, Map<string, Cover>>();

/**
 * Boxes that together are the set, each as large as it can be: they may overlap. What `free` holds may be in a box or not, so that a box says no more
 * than it has to.
 */
export function coverOf(space: Space, set: number, free: number, most: number): Cover {
  const { diagram } = space;
  const source = space.place('source');
  const apart = diagram.forget(free, space.fields(['source'])) === free ? takeApart(diagram, set, source) : undefined;
  if (apart === undefined) return knownCover(space, set, free, most);
  const { boxes, more } = knownCover(space, apart.others, free, most);
  const extent = { of: source, set: apart.alone };
  return { boxes: boxes.map((box) => ({ ...box, fields: inOrder([...box.fields, extent]) })), more };
}

function knownCover(space: Space, set: number, free: number, most: number): Cover {
  const known = covers.get(space.diagram) ?? new Map<string, Cover>();
  covers.set(space.diagram, known);
  const key = `${set} ${free} ${most}`;
  const cover = known.get(key) ?? findCover(space, set, free, most);
  known.set(key, cover);
  return cover;
}

function findCover(space: Space, set: number, free: number, most: number): Cover {
  const { diagram } = space;
  const possible = diagram.not(free);
  const outside = diagram.minus(possible, set);
  const weights = new Map<number, number>();
  const boxes: Box[] = [];
  let rest = diagram.minus(set, free);
  while (rest !== FALSE && boxes.length < most) {
    const box = widened(space, boxOn(space, rest, weights), outside, possible);
    boxes.push(box);
    rest = diagram.minus(rest, setOf(diagram, box));
  }
  return { boxes, more: waysThrough(space, diagram.simplify(rest, possible), new Map()) };
}

/** The ways through the diagram, those that differ within one field counted as one. */
function waysThrough(space: Space, root: number, known: Map<number, number>): number {
  const { diagram } = space;
  if (diagram.isTerminal(root)) return root === TRUE ? 1 : 0;
  const found = known.get(root);
  if (found !== undefined) return found;
  const place = space.placeOf(diagram.variableOf(root));
  const end = place === undefined ? diagram.variableOf(root) + 1 : place.first + place.bits;
  const below = new Set<number>();
  const seen = new Set<number>();
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (diagram.isTerminal(node) || diagram.variableOf(node) >= end) below.add(node);
    else waiting.push(diagram.lowOf(node), diagram.highOf(node));
  }
  const ways = [...below].reduce((sum, node) => sum + waysThrough(space, node, known), 0);
  known.set(root, ways);
  return ways;
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
      (node, [variable, isHigh]) =>
        isHigh ? diagram.make(variable, FALSE, node) : diagram.make(variable, node, FALSE),
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

/** Each field for itself as wide as no packet of `outside` gets in. A field that stays has no value that no packet of the box has. */
function widened(space: Space, box: Box, outside: number, possible: number): Box {
  const { diagram } = space;
  const fields = new Map(box.fields.map(({ of, set }) => [of, set]));
  const answers = new Map(box.answers.map(({ of, set }) => [of, set]));
  const others = (without: Place | Dynamic) =>
    setOf(diagram, {
      fields: [...fields].flatMap(([of, set]) => (of === without ? [] : [{ of, set }])),
      answers: [...answers].flatMap(([of, set]) => (of === without ? [] : [{ of, set }])),
    });
  for (const dynamic of [...answers.keys()]) {
    const bad = diagram.meeting(others(dynamic), outside, space.onlyDynamic(dynamic));
    put(answers, dynamic, diagram.not(bad));
  }
  // A field that could not widen beside narrow ones may do so once these are wide.
  for (const name of [...WIDEN, ...WIDEN]) {
    const place = space.place(name);
    if (!fields.has(place)) continue;
    const rest = others(place);
    const bad = diagram.meeting(rest, outside, space.onlyField(place));
    const good = diagram.meeting(rest, possible, space.onlyField(place));
    put(fields, place, bad === FALSE ? TRUE : diagram.minus(good, bad));
  }
  // Types and flags are read with their protocol, which they imply.
  const protocol = space.place('protocol');
  if (!fields.has(protocol) && (fields.has(space.place('icmp')) || fields.has(space.place('tcpFlags')))) {
    fields.set(protocol, diagram.meeting(others(protocol), possible, space.onlyField(protocol)));
  }
  return {
    fields: inOrder([...fields].map(([of, set]) => ({ of, set }))),
    answers: inOrder([...answers].map(([of, set]) => ({ of, set }))),
  };
}

function inOrder<Of extends Place | Dynamic>(extents: readonly Extent<Of>[]): readonly Extent<Of>[] {
  return [...extents].sort((a, b) => a.of.first - b.of.first);
}

function put<Of>(sets: Map<Of, number>, of: Of, set: number): void {
  if (set === TRUE) sets.delete(of);
  else sets.set(of, set);
}
