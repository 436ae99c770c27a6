import type { PlanReport, SignatureFacts } from '../../core/report/types.ts';

// Sentences about a saved plan. None of them is cleaned yet.

/** As which state an apply of the plan is kept. */
export function stateText({ state, state_path: path = state, state_name: name = path }: PlanReport): string {
  return name === path ? path : `${name} (${path})`;
}

/** Who signed it, and what that is worth. */
export function signatureText({ file, key, principal, problem }: SignatureFacts): string {
  if (problem !== null) return `Signature ${file} does not count: ${problem}.`;
  if (principal === null) return `Signed with ${key} (${file}). Whose key that is was not asked: --require-signature.`;
  return `Signed by ${principal} with ${key}, verified.`;
}
