import type { Chain, Rule } from '../rules/types.ts';

/** One chain before a step, after it, and as it is live. */
export type ChainStates = {
  readonly name: string;
  readonly was: Chain | undefined;
  readonly made: Chain | undefined;
  readonly now: Chain | undefined;
  /** Ours, or changed by the step as only a chain of ours may be. */
  readonly isOurs: boolean;
  /** Whether the step changed how often the text stands in the chain, or moved one of others that a state declares as well. */
  readonly isTouched: (rule: Rule) => boolean;
  /** Whether a rule belongs to others; never one that the step brought or took away. */
  readonly isTheirs: (rule: Rule) => boolean;
};
