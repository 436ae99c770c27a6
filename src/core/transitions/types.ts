import type { Namespace } from '../rules/types.ts';

/** What a review approves: from this set of tables to that one, whatever the namespace or host is called. */
export type Transition = {
  readonly namespace: Namespace;
  /** Digests over every table that changes in the namespace: before and after. */
  readonly from: string;
  readonly to: string;
};
