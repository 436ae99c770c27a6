import type { Condition, FieldName, Range } from '../types/condition.ts';

export const ALWAYS: Condition = { kind: 'always' };
export const NEVER: Condition = { kind: 'never' };

/** True where all are true; without any it is `always`. */
export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.some(({ kind }) => kind === 'never')) return NEVER;
  const of = conditions.filter(({ kind }) => kind !== 'always');
  const [first] = of;
  if (first === undefined) return ALWAYS;
  return of.length === 1 ? first : { kind: 'all', of };
}

/** True where one is true; without any it is `never`. */
export function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.some(({ kind }) => kind === 'always')) return ALWAYS;
  const of = conditions.filter(({ kind }) => kind !== 'never');
  const [first] = of;
  if (first === undefined) return NEVER;
  return of.length === 1 ? first : { kind: 'any', of };
}

export function negate(condition: Condition): Condition {
  if (condition.kind === 'always') return NEVER;
  if (condition.kind === 'never') return ALWAYS;
  return condition.kind === 'not' ? condition.of : { kind: 'not', of: condition };
}

export function signed(negated: boolean, condition: Condition): Condition {
  return negated ? negate(condition) : condition;
}

export function inRanges(field: FieldName, ranges: readonly Range[]): Condition {
  return ranges.length === 0 ? NEVER : { kind: 'ranges', field, ranges };
}

/** The kernel compares `field & mask` with the value as it is: one that has a bit outside of the mask is met by no packet. */
export function masked(field: FieldName, mask: bigint, value: bigint): Condition {
  if ((value & ~mask) !== 0n) return NEVER;
  return mask === 0n ? ALWAYS : { kind: 'masked', field, mask, value };
}
