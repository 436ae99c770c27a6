import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { KeptState } from '../types.ts';
import { type Claimed, findClaimConflicts } from './find-claim-conflicts.ts';
import { type FoundState, isUnnamed } from './which-state.ts';

/**
 * States that may be the one that a run is about, from another path now: without a name, with something that the run claims, and in no namespace
 * besides those that the run is about. Checkouts of a pipeline and the folders of a controller are elsewhere each time.
 */
export function mayBeTheSame({ known, others }: FoundState, claimed: readonly Claimed[]): readonly KeptState[] {
  if (known !== undefined) return [];
  const labels = new Set(claimed.map(({ namespace }) => namespaceLabel(namespace)));
  return others.filter(
    (state) =>
      isUnnamed(state) &&
      state.namespaces.every(({ namespace }) => labels.has(namespaceLabel(namespace))) &&
      findClaimConflicts(claimed, [state]).length > 0,
  );
}

/**
 * The same run, about the one candidate whose files are gone from where they were; as it is where there is none, or where several could be meant. What
 * that state had and this one does not declare goes, as the plan shows.
 */
export function takeOver(found: FoundState, gone: readonly KeptState[]): FoundState {
  const [known] = gone;
  if (known === undefined || gone.length > 1) return found;
  const message = `The state was last applied from ${known.path}, which is not there any more; now it is ${found.name}`;
  return {
    ...found,
    known,
    others: found.others.filter((state) => state !== known),
    notices: [...found.notices, { severity: 'warning', code: 'state.moved', message }],
  };
}
