import { DOCUMENT_CODES } from './document-codes.ts';
import { NOTICE_CODES } from './notice-codes.ts';
import { RULE_CODES } from './rule-codes.ts';

/** Every code of a diagnostic that does not itself end a run. docs/errors.md is generated from it. */
export const PROBLEM_CODES = { ...DOCUMENT_CODES, ...RULE_CODES, ...NOTICE_CODES } as const;
