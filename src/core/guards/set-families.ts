import { FAMILIES, type Family } from '../rules/types.ts';
import { familyOf } from '../sets/ipset/parse-header.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** Families whose packets a set can be asked about: both for types without addresses. */
export function setFamilies({ headers }: Pick<SetStep, 'headers'>): readonly Family[] {
  const header = headers.after ?? headers.before ?? '';
  const family = header.startsWith('bitmap:ip') ? 'ipv4' : familyOf(header);
  return family === undefined ? FAMILIES : [family];
}
