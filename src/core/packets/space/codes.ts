import type { LinkName } from '../types/condition.ts';

/** Pairs of a first and a last code, ascending, disjoint, not adjacent. */
export type Spans = readonly number[];

/**
 * The values of a field, cut where some rule tells two neighbours apart. What lies between two cuts no rule tells apart, so one code stands for it:
 * addresses of IPv6 come to 10 or 15 bits. Codes that are not used stand for the last one.
 */
export class Codes {
  readonly bits: number;
  private readonly cuts: readonly bigint[];
  private readonly last: bigint;

  /** `firsts`: the values at which a new code begins. */
  constructor(firsts: Iterable<bigint>, last: bigint) {
    this.last = last;
    this.cuts = [...new Set([0n, ...firsts])].filter((cut) => cut <= last).sort(ascending);
    this.bits = Math.max(1, Math.ceil(Math.log2(this.cuts.length)));
  }

  get count(): number {
    return this.cuts.length;
  }

  codeOf(value: bigint): number {
    let low = 0;
    let high = this.cuts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.cuts[middle] as bigint) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  firstOf(code: number): bigint {
    return this.cuts[code] ?? 0n;
  }

  lastOf(code: number): bigint {
    const next = this.cuts[code + 1];
    return next === undefined ? this.last : next - 1n;
  }
}

/** Names of interfaces as classes: none, each name that a rule has, the other names of each prefix, all others. Codes that are not used stand for the last. */
export class LinkCodes {
  readonly bits: number;
  readonly classes: readonly LinkClass[];
  private readonly spans = new Map<string, Spans>();

  constructor(names: Iterable<string>, prefixes: Iterable<string>) {
    const named = [
      ...[...new Set(names)].map((name) => ({ kind: 'name', name }) as const),
      ...[...new Set(prefixes)].map((name) => ({ kind: 'prefix', name }) as const),
    ].sort(byName);
    this.classes = [{ kind: 'none' }, ...named, { kind: 'others' }];
    this.bits = Math.ceil(Math.log2(this.classes.length));
  }

  get count(): number {
    return this.classes.length;
  }

  /** The classes that a pattern matches. Those of a prefix stand side by side. */
  spansOf(name: string, prefix: boolean): Spans {
    const key = prefix ? `${name}+` : name;
    const known = this.spans.get(key) ?? this.findSpans(name, prefix);
    this.spans.set(key, known);
    return known;
  }

  private findSpans(name: string, prefix: boolean): Spans {
    const codes = this.classes.flatMap((one, code) => {
      if (one.kind === 'none' || one.kind === 'others') return [];
      const isMet = prefix ? one.name.startsWith(name) : one.kind === 'name' && one.name === name;
      return isMet ? [code] : [];
    });
    return joined(codes.map((code) => [code, code]));
  }

  /** The class of an interface. */
  codeOf(name: string | undefined): number {
    if (name === undefined) return 0;
    const exact = this.classes.findIndex((one) => one.kind === 'name' && one.name === name);
    if (exact >= 0) return exact;
    let best = this.count - 1;
    let length = -1;
    for (const [code, one] of this.classes.entries()) {
      if (one.kind !== 'prefix' || !name.startsWith(one.name) || one.name.length <= length) continue;
      best = code;
      length = one.name.length;
    }
    return best;
  }
}

export type LinkClass =
  | { readonly kind: 'none' }
  | { readonly kind: 'name'; readonly name: string }
  /** Names that begin so and have no class of their own. */
  | { readonly kind: 'prefix'; readonly name: string }
  | { readonly kind: 'others' };

export const LINKS: readonly LinkName[] = ['input', 'output', 'bridgeInput', 'bridgeOutput'];

/** Sorted and joined where they touch. */
export function joined(pairs: readonly (readonly [number, number])[]): Spans {
  const spans: number[] = [];
  for (const [first, last] of [...pairs].sort((a, b) => a[0] - b[0])) {
    const end = spans.at(-1);
    if (end !== undefined && first <= end + 1) spans[spans.length - 1] = Math.max(end, last);
    else spans.push(first, last);
  }
  return spans;
}

/** All codes up to `count` that are in none of the spans. */
export function inverted(spans: Spans, count: number): Spans {
  const others: number[] = [];
  let next = 0;
  for (let at = 0; at < spans.length; at += 2) {
    const first = spans[at] ?? 0;
    if (first > next) others.push(next, first - 1);
    next = (spans[at + 1] ?? 0) + 1;
  }
  if (next < count) others.push(next, count - 1);
  return others;
}

export function common(a: Spans, b: Spans): Spans {
  const both: number[] = [];
  for (let x = 0, y = 0; x < a.length && y < b.length; ) {
    const first = Math.max(a[x] ?? 0, b[y] ?? 0);
    const last = Math.min(a[x + 1] ?? 0, b[y + 1] ?? 0);
    if (first <= last) both.push(first, last);
    if ((a[x + 1] ?? 0) < (b[y + 1] ?? 0)) x += 2;
    else y += 2;
  }
  return both;
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In the order of code units: all names with one prefix are neighbours, and the others of a prefix come behind them. */
function byName(a: { readonly kind: string; readonly name: string }, b: typeof a): number {
  const [left, right] = [a, b].map(({ kind, name }) => (kind === 'prefix' ? `${name}\uffff` : name)) as [
    string,
    string,
  ];
  return left < right ? -1 : 1;
}
