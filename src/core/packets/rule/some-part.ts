import type { Condition, FieldName } from '../types/condition.ts';

/** A condition that is not made of others. */
type Part = Exclude<Condition, { readonly kind: 'not' | 'all' | 'any' }>;

/** Whether something is so of any of the parts of which a condition is made. */
export function somePart(condition: Condition, isSo: (part: Part) => boolean): boolean {
  switch (condition.kind) {
    case 'not':
      return somePart(condition.of, isSo);
    case 'all':
    case 'any':
      return condition.of.some((one) => somePart(one, isSo));
    default:
      return isSo(condition);
  }
}

/** The field of the packet that a part names; a set and a question name none. */
export function fieldOf(part: Part): FieldName | undefined {
  return part.kind === 'masked' || part.kind === 'ranges' ? part.field : undefined;
}
