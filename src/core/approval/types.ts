/**
 * How far a change may reach. `additive`: only additions, and nothing that is accepted now can be cut off by them. `safe`: nothing that
 * is accepted now can be cut off, and nothing that protects goes away. `any`: not proven to be one of these.
 */
export type ChangeClass = 'additive' | 'safe' | 'any';

/** Each holds the ones before it. */
export const CLASSES: readonly ChangeClass[] = ['additive', 'safe', 'any'];

/** One change with its class, and why it is in no smaller one. */
export type JudgedChange = {
  /** `NAMESPACE/FAMILY/TABLE/CHAIN#N` as in the plan document; `NAMESPACE/set/NAME` for a set. */
  readonly address: string;
  readonly class: ChangeClass;
  /** Of what is more than additive. Part of a sentence: `it removes a rule`. */
  readonly why?: string;
};

export type PlanClass = {
  /** The largest of its changes. */
  readonly class: ChangeClass;
  readonly counts: Readonly<Record<ChangeClass, number>>;
  /** The first few that are more than additive, and the first few that are more than safe, in the order of the plan. */
  readonly over: readonly JudgedChange[];
};
