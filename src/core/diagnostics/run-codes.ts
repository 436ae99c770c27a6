import { APPLY_CODES } from './apply-codes.ts';
import { PLAN_CODES } from './plan-codes.ts';

/** Every code that a run can end with. docs/errors.md is generated from it. */
export const RUN_CODES = { ...PLAN_CODES, ...APPLY_CODES } as const;
