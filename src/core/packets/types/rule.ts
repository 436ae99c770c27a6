import type { Action } from './action.ts';
import type { Condition } from './condition.ts';

/** A rule, read for what it means. All of `conditions` have to hold. */
export type PacketRule = { readonly conditions: readonly Condition[]; readonly action: Action };
