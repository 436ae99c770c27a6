import { APPLY_CODES } from './apply-codes.ts';
import { DOCUMENT_CODES } from './document-codes.ts';
import { NOTICE_CODES } from './notice-codes.ts';
import { PLAN_CODES } from './plan-codes.ts';
import { RULE_CODES } from './rule-codes.ts';

/** Every code that a run can end with. docs/errors.md is generated from it. */
export const RUN_CODES = { ...PLAN_CODES, ...APPLY_CODES } as const;

/** Every code of a diagnostic that does not itself end a run. docs/errors.md is generated from it. */
export const PROBLEM_CODES = { ...DOCUMENT_CODES, ...RULE_CODES, ...NOTICE_CODES } as const;

/** Every code that a diagnostic may have: a problem, an error that would end a run and is a warning here, a guard, or a finding of `fw lint`. */
export type DiagnosticCode = keyof typeof PROBLEM_CODES | keyof typeof RUN_CODES | `FWG${number}` | `FWL${number}`;
