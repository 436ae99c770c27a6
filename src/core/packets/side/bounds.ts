import type { Family } from '../../rules/types.ts';
import { WIDTH } from '../address.ts';
import type { Condition, FieldName, LinkName } from '../types/condition.ts';
import type { PacketRule } from '../types/rule.ts';

/** Numbers where the addresses of the family fit into them: comparing them is much cheaper. */
export type Edge = number | bigint;

/** Inclusive on both ends. */
export type Span = readonly [first: Edge, last: Edge];

export type LinkPattern = { readonly name: string; readonly prefix: boolean };

const SPANNED = ['source', 'destination', 'protocol', 'destinationPort'] as const;
type SpannedField = (typeof SPANNED)[number];

const LINKED = ['input', 'output', 'bridgeInput', 'bridgeOutput'] as const;

/** Where packets come from and go to, at most. What is absent may be anything. */
export type Bounds = { readonly [Field in SpannedField]?: Span } & {
  readonly [Field in LinkName]?: LinkPattern;
};

export const BOUNDED = [...SPANNED, ...LINKED] as const;
export type BoundedField = (typeof BOUNDED)[number];

/** Bounds of the packets that meet a rule. */
export function boundsOf({ conditions }: Pick<PacketRule, 'conditions'>, family: Family): Bounds {
  // What asks for two that exclude each other is left with the first: no packet meets it anyway.
  return boundsOfCondition({ kind: 'all', of: conditions }, family);
}

function boundsOfCondition(condition: Condition, family: Family): Bounds {
  switch (condition.kind) {
    case 'link':
      return { [condition.link]: { name: condition.name, prefix: condition.prefix } };
    case 'masked': {
      const { field, mask, value } = condition;
      if (!isSpanned(field)) return {};
      const width = field === 'source' || field === 'destination' ? WIDTH[family] : 16n;
      const free = ~mask & ((1n << width) - 1n);
      return (free & (free + 1n)) === 0n ? { [field]: [edge(value), edge(value | free)] } : {};
    }
    case 'ranges': {
      const { field, ranges } = condition;
      if (!isSpanned(field) || ranges.length === 0) return {};
      const firsts = ranges.map(([first]) => first);
      const lasts = ranges.map(([, last]) => last);
      return {
        [field]: [
          edge(firsts.reduce((least, one) => (one < least ? one : least))),
          edge(lasts.reduce((most, one) => (one > most ? one : most))),
        ],
      };
    }
    case 'all':
      return condition.of.reduce((all: Bounds, one) => bothOf(all, boundsOfCondition(one, family)) ?? all, {});
    case 'any': {
      const [first, ...more] = condition.of.map((one) => boundsOfCondition(one, family));
      return more.reduce(around, first ?? {});
    }
    default:
      return {};
  }
}

/** Bounds of what is inside of the one or of the other. */
function around(one: Bounds, other: Bounds): Bounds {
  const both: Record<string, Span | LinkPattern> = {};
  for (const field of SPANNED) {
    const [a, b] = [one[field], other[field]];
    if (a !== undefined && b !== undefined) both[field] = [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]];
  }
  for (const field of LINKED) {
    const [a, b] = [one[field], other[field]];
    if (a !== undefined && b !== undefined && a.name === b.name && a.prefix === b.prefix) both[field] = a;
  }
  return both;
}

export function edge(value: bigint): Edge {
  return value >> 32n === 0n ? Number(value) : value;
}

/** What is inside of both; undefined where nothing is. */
export function bothOf(one: Bounds, other: Bounds): Bounds | undefined {
  if (!mayMeet(one, other, BOUNDED)) return undefined;
  const both: Record<string, Span | LinkPattern> = { ...one };
  for (const field of SPANNED) {
    const [a, b] = [one[field], other[field]];
    if (b !== undefined) both[field] = a === undefined ? b : [a[0] > b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1]];
  }
  for (const field of LINKED) {
    const [a, b] = [one[field], other[field]];
    if (b !== undefined && (a === undefined || isNarrower(b, a))) both[field] = b;
  }
  return both;
}

/** Whether a packet may be inside of both, by these fields. */
export function mayMeet(one: Bounds, other: Bounds, fields: readonly BoundedField[]): boolean {
  for (const field of fields) {
    const [a, b] = [one[field], other[field]];
    if (a === undefined || b === undefined) continue;
    if ('name' in a ? 'name' in b && !haveCommon(a, b) : !('name' in b) && (a[0] > b[1] || b[0] > a[1])) return false;
  }
  return true;
}

/** Those of the fields alone. */
export function boundsIn(bounds: Bounds, fields: readonly BoundedField[]): Bounds {
  return Object.fromEntries(fields.flatMap((field) => (bounds[field] === undefined ? [] : [[field, bounds[field]]])));
}

function isSpanned(field: FieldName): field is SpannedField {
  return SPANNED.some((one) => one === field);
}

function haveCommon(one: LinkPattern, other: LinkPattern): boolean {
  if (one.prefix && other.prefix) return one.name.startsWith(other.name) || other.name.startsWith(one.name);
  if (one.prefix) return other.name.startsWith(one.name);
  return other.prefix ? one.name.startsWith(other.name) : one.name === other.name;
}

function isNarrower(one: LinkPattern, other: LinkPattern): boolean {
  return other.prefix && (!one.prefix || one.name.length > other.name.length);
}
