import type { Family } from '../rules/types.ts';
import { matchRow } from './matches.ts';
import { TARGETS, targetRow } from './targets.ts';

/** Targets of iptables 1.8.9. */
export const ALL_TARGETS: ReadonlySet<string> = new Set(Object.keys(TARGETS));

/** True for names that `-j` takes for a target, not for a chain. */
export function isTarget(name: string): boolean {
  return ALL_TARGETS.has(name);
}

/** The one family that can load a match. What is not in the table is taken for both, and the kernel decides. */
export function familyOfMatch(name: string): Family | undefined {
  return matchRow(name).family;
}

export function familyOfTarget(name: string): Family | undefined {
  return targetRow(name).family;
}
