import type { PROBLEM_CODES } from './problem-codes.ts';
import type { RUN_CODES } from './run-codes.ts';

/** Every code that a diagnostic may have: a problem, an error that would end a run and is a warning here, or a guard. */
export type DiagnosticCode = keyof typeof PROBLEM_CODES | keyof typeof RUN_CODES | `FWG${number}`;
