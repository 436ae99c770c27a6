import type { Way } from '../side/way.ts';
import type { Question } from '../types/condition.ts';
import type { Ends } from './ends.ts';
import type { Rewritings } from './rewritings.ts';
import type { RuleMatches } from './rule-matches.ts';

/** What is shared by all walks of one path, so that equal chains of both sides are evaluated once. */
export type Model = {
  readonly way: Way;
  readonly matches: RuleMatches;
  readonly rewritings: Rewritings;
  readonly ends: Ends;
  /** Functions of chains, by content, set and rewriting. */
  readonly functions: Map<string, number>;
  readonly contents: Map<string, number>;
  /** Questions that packets came to. */
  readonly met: Set<Question>;
  /** Packets that came in through lo with the entry that they got on their way out; none but on INPUT. */
  readonly own: number;
  readonly tracked: number;
  /** Packets for which conntrack looks into nat. */
  readonly translatable: number;
};
