/**
 * What a change does to packets, proved for all of them.
 * no-effect: verdict, translation and queue of every packet, and all else with which it leaves, are the same; so are rates and what rules remember.
 * closes: packets that passed are dropped, and nothing else changes. It can cut a service off.
 * opens: packets that were dropped pass, and nothing else changes.
 * any: not proven to be one of these.
 */
export type ChangeClass = 'no-effect' | 'closes' | 'opens' | 'any';

export const CLASSES: readonly ChangeClass[] = ['no-effect', 'closes', 'opens', 'any'];

/** What `--approve-up-to` takes. `additive` and `safe` are names of an earlier fw, which looked at the text of rules: they approve what has no effect. */
export const LIMIT_NAMES = ['no-effect', 'closes', 'any', 'additive', 'safe'] as const;

/** Classes that are approved unseen. One that closes is never approved by another name than its own. */
export type ClassLimit = 'no-effect' | 'closes';

/** One change with its class, and why. */
export type JudgedChange = {
  /** `NAMESPACE/FAMILY/TABLE/CHAIN#N` of the changed rule, `NAMESPACE/FAMILY/PATH` where a whole path is meant, `check ...` for a check. */
  readonly address: string;
  readonly class: Exclude<ChangeClass, 'no-effect'>;
  /** Part of a sentence: `it opens tcp any -> port 443`. */
  readonly why: string;
};

export type PlanClass = {
  /** That of all its changes; `any` where they are of several. */
  readonly class: ChangeClass;
  /** Of the changes that have an effect. */
  readonly counts: Readonly<Record<Exclude<ChangeClass, 'no-effect'>, number>>;
  /** The first few of each class, the farthest reaching first. */
  readonly over: readonly JudgedChange[];
};
