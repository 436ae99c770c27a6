import type { Family } from '../../rules/types.ts';
import { elementOf } from '../../sets/ipset/entry.ts';
import { familyOf, typeOf } from '../../sets/ipset/parse-header.ts';
import type { SetHeader } from '../../sets/ipset/types.ts';
import { parseNetwork } from '../address.ts';
import type { Condition, FieldName, Range, SetDirection } from '../types/condition.ts';
import type { KnownSet } from '../types/firewall.ts';
import { allOf, anyOf, inRanges, NEVER, negate } from './combine.ts';
import { FIRST_FRAGMENT, portRange } from './read-ports.ts';
import { readEntryPart } from './set-entry.ts';

export type SetsOfRules = { readonly family: Family; readonly sets: readonly KnownSet[] };
type SetCondition = Extract<Condition, { kind: 'set' }>;

/**
 * Makes conditions of what sets hold. A set that is not known, or of a kind that fw cannot compute, stays a question; `isOpen` names sets of which
 * the content is to be one, as of those that rules fill.
 */
export function setResolver(
  { family, sets }: SetsOfRules,
  isOpen: (set: string) => boolean = () => false,
): (condition: Condition) => Condition {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const done = new Map<string, Condition>();
  const resolveSet = (condition: SetCondition): Condition => {
    if (isOpen(condition.set)) return askSet(condition);
    const known = done.get(condition.text);
    if (known !== undefined) return known;
    const resolved = contentOf(byName, condition.set, condition.directions, family) ?? askSet(condition);
    done.set(condition.text, resolved);
    return resolved;
  };
  const resolve = (condition: Condition): Condition => {
    switch (condition.kind) {
      case 'set':
        return resolveSet(condition);
      case 'not':
        return negate(resolve(condition.of));
      case 'all':
        return allOf(condition.of.map(resolve));
      case 'any':
        return anyOf(condition.of.map(resolve));
      default:
        return condition;
    }
  };
  return resolve;
}

function askSet({ text, directions }: SetCondition): Condition {
  const isSource = directions.includes('src');
  const isDestination = directions.includes('dst');
  return {
    kind: 'question',
    key: text,
    text,
    remembers: true,
    reads: [
      ...(isSource ? (['source', 'sourcePort'] as const) : []),
      ...(isDestination ? (['destination', 'destinationPort'] as const) : []),
      'mark',
    ],
  };
}

/** Undefined where fw cannot tell what the set holds. */
function contentOf(
  sets: ReadonlyMap<string, KnownSet>,
  name: string,
  directions: readonly SetDirection[],
  family: Family,
): Condition | undefined {
  const set = sets.get(name);
  if (set === undefined) return undefined;
  const [method, list = ''] = typeOf(set.header).split(':');
  if (method === 'list') {
    const members = set.entries.map((entry) => contentOf(sets, elementOf(entry), directions, family));
    return members.every((member) => member !== undefined) ? anyOf(members) : undefined;
  }
  const kinds = list.split(',');
  // The kernel looks nothing up for fewer directions than the set has dimensions, nor for packets of another family.
  const ownFamily = method === 'bitmap' && list.startsWith('ip') ? 'ipv4' : familyOf(set.header);
  if (directions.length < kinds.length || (ownFamily !== undefined && ownFamily !== family)) return NEVER;
  // What it holds without a MAC address it takes for any, and learns the address of the first packet.
  if (list === 'ip,mac') return undefined;
  return method === 'bitmap' && list === 'port'
    ? bitmapOfPorts(set, directions[0] ?? 'src')
    : productOf(set, kinds, directions, family);
}

type Entry = { readonly parts: readonly Condition[]; readonly bits: number; readonly isHole: boolean };

function productOf(
  set: KnownSet,
  kinds: readonly string[],
  directions: readonly SetDirection[],
  family: Family,
): Condition | undefined {
  const mask = maskOf(set.header, kinds, family);
  // Kinds that no kernel at hand has are not judged: hash:mac, hash:ip,mark, hash:net,net and what has two networks.
  if (mask === undefined || kinds.filter((kind) => kind === 'net').length > 1) return undefined;
  const entries: Entry[] = [];
  for (const text of set.entries) {
    const words = text.replace(/ comment "(?:[^"\\]|\\.)*"/, '').split(' ');
    const cut = (words[0] ?? '').split(',');
    const parts = kinds.map((kind, at) => readEntryPart(kind, cut[at] ?? '', directions[at] ?? 'src', family, mask));
    if (cut.length !== kinds.length || words.includes('wildcard')) return undefined;
    if (!parts.every((part) => part !== undefined)) return undefined;
    entries.push({
      parts: parts.map(({ condition }) => condition),
      bits: Math.max(0, ...parts.map(({ bits = 0 }) => bits)),
      isHole: words.includes('nomatch'),
    });
  }
  return inOrder(entries);
}

/** Of entries that a packet is in the kernel takes the one with the longest prefix. */
function inOrder(entries: readonly Entry[]): Condition {
  const plain = entries.filter(({ isHole }) => !isHole);
  if (plain.length === entries.length) return joined(plain);
  let content: Condition = NEVER;
  const levels = new Map<number, Entry[]>();
  for (const entry of [...entries].sort((one, other) => one.bits - other.bits)) {
    if (levels.get(entry.bits)?.push(entry) === undefined) levels.set(entry.bits, [entry]);
  }
  for (const level of levels.values()) {
    const holes = joined(level.filter(({ isHole }) => isHole));
    content = anyOf([joined(level.filter(({ isHole }) => !isHole)), allOf([negate(holes), content])]);
  }
  return content;
}

/** Entries of one dimension become one list of ranges, so that a block list is one condition. */
function joined(entries: readonly Entry[]): Condition {
  const ranges = new Map<FieldName, Range[]>();
  const others: Condition[] = [];
  for (const { parts } of entries) {
    const [only] = parts;
    if (parts.length !== 1 || only?.kind !== 'ranges') others.push(allOf(parts));
    else if (ranges.get(only.field)?.push(...only.ranges) === undefined) ranges.set(only.field, [...only.ranges]);
  }
  return anyOf([...[...ranges].map(([field, list]) => inRanges(field, merged(list))), ...others]);
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const all: [bigint, bigint][] = [];
  for (const [first, last] of [...ranges].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))) {
    const open = all.at(-1);
    if (open === undefined || first > open[1] + 1n) all.push([first, last]);
    else if (last > open[1]) open[1] = last;
  }
  return all;
}

/** It looks for ports in the first fragment of tcp and udp only. */
function bitmapOfPorts(set: KnownSet, direction: SetDirection): Condition | undefined {
  const ranges = set.entries.map((entry) => portRange(elementOf(entry).replace('-', ':')));
  if (!ranges.every((range) => range !== undefined)) return undefined;
  const field = direction === 'src' ? 'sourcePort' : 'destinationPort';
  const protocol = inRanges('protocol', [
    [6n, 6n],
    [17n, 17n],
  ]);
  return allOf([protocol, FIRST_FRAGMENT, inRanges(field, merged(ranges))]);
}

/** The mask of each address (`netmask`, `bitmask`); all bits without one. Undefined where it is not understood. */
function maskOf(header: SetHeader, kinds: readonly string[], family: Family): bigint | undefined {
  const option = (name: string) => new RegExp(` ${name} (\\S+)`).exec(header)?.[1];
  const [netmask, bitmask] = [option('netmask'), option('bitmask')];
  const zero = family === 'ipv4' ? '0.0.0.0' : '::';
  if (bitmask !== undefined) return kinds.includes('net') ? undefined : parseNetwork(bitmask, family)?.value;
  return parseNetwork(netmask === undefined ? zero : `${zero}/${netmask}`, family)?.mask;
}
