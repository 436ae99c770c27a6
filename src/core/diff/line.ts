import type { Counters } from '../rules/types.ts';
import type { ChainDiff, Line, Origin } from './types.ts';

/** Where the rule at a position of a chain of `after` was written, positions from 1; position 0 asks for the chain's policy. */
export type OriginOf = (chain: string, position: number) => Origin | undefined;

// Arguments are indices from 0 into the two rule lists; rows count from 1, as iptables does.

export function keepLine(diff: ChainDiff, from: number, to: number): Line {
  return { kind: 'keep', from: from + 1, to: to + 1, text: textAfter(diff, to) };
}

export function addLine(diff: ChainDiff, to: number, originOf: OriginOf): Line {
  return { kind: 'add', to: to + 1, text: textAfter(diff, to), ...origin(diff, to, originOf) };
}

export function removeLine(diff: ChainDiff, from: number): Line {
  return { kind: 'remove', from: from + 1, text: textBefore(diff, from), ...counters(diff, from) };
}

export function moveLine(diff: ChainDiff, from: number, to: number, originOf: OriginOf): Line {
  const places = { from: from + 1, to: to + 1, text: textAfter(diff, to) };
  return { kind: 'move', ...places, ...counters(diff, from), ...origin(diff, to, originOf) };
}

export function changeLine(
  diff: ChainDiff,
  from: number,
  to: number,
  originOf: OriginOf,
): Extract<Line, { kind: 'change' }> {
  const places = { from: from + 1, to: to + 1, before: textBefore(diff, from), text: textAfter(diff, to) };
  return { kind: 'change', ...places, ...counters(diff, from), ...origin(diff, to, originOf) };
}

/** A change of nothing but a comment: the counters go on. */
export function recommentLine(diff: ChainDiff, from: number, to: number, originOf: OriginOf): Line {
  return { ...changeLine(diff, from, to, originOf), keepsCounters: true };
}

function textBefore(diff: ChainDiff, from: number): string {
  return diff.before?.rules[from]?.text ?? '';
}

function textAfter(diff: ChainDiff, to: number): string {
  return diff.after?.rules[to]?.text ?? '';
}

function counters(diff: ChainDiff, from: number): { readonly counters?: Counters } {
  const known = diff.before?.rules[from]?.counters;
  return known === undefined ? {} : { counters: known };
}

function origin(diff: ChainDiff, to: number, originOf: OriginOf): { readonly origin?: Origin } {
  const known = originOf(diff.name, to + 1);
  return known === undefined ? {} : { origin: known };
}
