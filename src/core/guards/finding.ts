import { namespaceLabel } from '../rules/namespace-label.ts';
import type { GUARDS } from './registry.ts';
import type { Evidence } from './types.ts';

export type GuardId = (typeof GUARDS)[number]['id'];

/** The one flag that opens a guard. */
export type GuardFlag = (typeof GUARDS)[number]['flag'];

/** A guard that is closed, with what it saw and the flag that opens it. */
export type Finding = Evidence & { readonly id: GuardId; readonly flag: GuardFlag };

/** Where a finding is, in words: `filter INPUT of host, ipv4 and ipv6`, and `host, ipv4` for one about all tables together. */
export function placeOf(finding: Finding): string {
  const where = whereOf(finding);
  const inside = where.length === 0 ? '' : `${where.join(' ')} of `;
  return `${inside}${namespaceLabel(finding.namespace)}, ${finding.families.join(' and ')}`;
}

/** What a finding is about inside its namespace: `filter INPUT`, `filter`, `set fw-blocked`. Not cleaned. */
export function whereOf({ table, chain, set }: Pick<Finding, 'table' | 'chain' | 'set'>): readonly string[] {
  if (set !== undefined) return ['set', set];
  return [...(table === undefined ? [] : [table]), ...(chain === undefined ? [] : [chain])];
}
