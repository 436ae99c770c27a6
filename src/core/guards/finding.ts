import type { GUARDS } from './registry.ts';
import type { Evidence } from './types.ts';

export type GuardId = (typeof GUARDS)[number]['id'];

/** The one flag that opens a guard. */
export type GuardFlag = (typeof GUARDS)[number]['flag'];

/** A guard that is closed, with what it saw and the flag that opens it. */
export type Finding = Evidence & { readonly id: GuardId; readonly flag: GuardFlag };
