import { FAMILIES, type Family } from '../ruleset/types.ts';
import { familyOf } from '../sets/parse-header.ts';
import type { SetStep } from '../sets/types.ts';

/** Families whose packets a set can be asked about: both for types without addresses. */
export function setFamilies({ headers }: Pick<SetStep, 'headers'>): readonly Family[] {
  const header = headers.after ?? headers.before ?? '';
  const family = header.startsWith('bitmap:ip') ? 'ipv4' : familyOf(header);
  return family === undefined ? FAMILIES : [family];
}
