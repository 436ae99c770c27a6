import type { GraphChain } from './types.ts';

/** Whether it is a built-in chain that does nothing but accept, on both sides of a plan. */
export function isIdle({ builtin, rules, rules_removed, policy, policy_before, change }: GraphChain): boolean {
  return builtin && rules + rules_removed === 0 && policy === 'ACCEPT' && policy_before === null && change === 'kept';
}
