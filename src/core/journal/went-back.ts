import type { Generation } from '../generation/types.ts';
import type { Fate } from './run-state.ts';
import type { WhyBack } from './types.ts';

/** An apply that was rolled back, as the history keeps it after its journal is gone. */
export type WentBack = Pick<Generation, 'operator' | 'state' | 'applied' | 'commit' | 'signer' | 'summary'> & {
  /** Id of its journal. */
  readonly journal: string;
  /** When it had gone back: UTC, ISO 8601. */
  readonly at: string;
  /** Number of the newest generation then, 0 before the first: what decides which was the last. The wall clock may have been set since. Missing in older records. */
  readonly after?: number;
  /** Undefined where its journal does not tell. */
  readonly why?: WhyBack;
  /** What failed, in a line or some. */
  readonly said?: string;
  /** How many namespaces it was about. */
  readonly namespaces: number;
};

/** The record of an apply whose journal ended in a rollback, from what it would have become; undefined for every other fate. */
export function wentBackOf(prepared: Generation, fate: Fate | undefined): WentBack | undefined {
  if (fate?.kind !== 'ended' || fate.outcome !== 'rolled-back') return undefined;
  const { operator, state, applied, commit, signer, summary, journal, namespaces } = prepared;
  const { at = prepared.at, why, said } = fate;
  return {
    journal,
    at,
    operator,
    state,
    applied,
    ...(commit === undefined ? {} : { commit }),
    ...(signer === undefined ? {} : { signer }),
    summary,
    ...(why === undefined ? {} : { why }),
    ...(said === undefined ? {} : { said }),
    namespaces: namespaces.length,
  };
}

/** A rejection whose command did not come to its end: the run that ended it wrote that down. One that its own command ended says nothing more. */
export function isCutOff({ why, said }: Pick<WentBack, 'why' | 'said'>): boolean {
  return why === 'rejected' && said !== undefined;
}
