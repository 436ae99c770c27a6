import { FwError } from '../../core/diagnostics/errors.ts';
import { claimedByKept } from '../../core/generation/states/claimed-by.ts';
import { findClaimConflicts } from '../../core/generation/states/find-claim-conflicts.ts';
import { otherStates, othersIn } from '../../core/generation/states/other-states.ts';
import type { PlannedStates } from '../../core/generation/states/planned-states.ts';
import { whichState } from '../../core/generation/states/which-state.ts';
import type { KeptState } from '../../core/generation/types.ts';
import type { SeenBefore } from '../../core/identity/find-made-anew.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import { takeOverGone } from './find-state.ts';

/**
 * The state that a saved plan is about, and the others of the data folder of this machine. Throws `state.invalid` when another state has what
 * this one claims, `plan.stale` when the plan changes a chain or a set that another state has by now.
 */
export async function stateOfFile(
  ports: Ports,
  path: string,
  file: PlanFile,
): Promise<{
  readonly about: PlannedStates;
  readonly others: readonly KeptState[];
  /** Where the plan was made, and the state last applied. */
  readonly seen: readonly SeenBefore[];
}> {
  const { state: typed, state_path = typed, state_name = state_path, namespaces, selection } = file;
  const newest = await newestGeneration(ports);
  const isNamed = state_name !== state_path;
  const given = { ...(isNamed ? { name: state_name } : {}), path: state_path, typed };
  const found = await takeOverGone(
    ports,
    whichState(newest?.generation.states ?? [], given),
    claimedByKept(namespaces),
  );
  if (selection === undefined) checkClaims(path, file, found.others);
  checkUntouched(path, file, found.others);
  const state = { name: found.name, path: state_path, commit: file.commit, namespaces };
  return {
    about: { applied: [found.name], made: [{ state, was: found.known?.name }], forgotten: [] },
    others: found.others,
    seen: seenBy(file, found.known),
  };
}

/** A namespace that is another one since the plan was made is one as well since an apply before that, which says less. */
function seenBy({ created: at, made_in }: PlanFile, known: KeptState | undefined): readonly SeenBefore[] {
  return [...(made_in === undefined ? [] : [{ ...made_in, at }]), ...(known?.appliedIn ?? [])];
}

function checkClaims(path: string, { namespaces }: PlanFile, others: readonly KeptState[]): void {
  const diagnostics = findClaimConflicts(claimedByKept(namespaces), others);
  if (diagnostics.length === 0) return;
  throw new FwError('state.invalid', `${path} claims what another state of this data folder has`, { diagnostics });
}

/** A chain with the prefix of an owner may have become another state's since the plan was made. */
function checkUntouched(path: string, { plan }: PlanFile, others: readonly KeptState[]): void {
  const elsewhere = otherStates(others);
  const touched = [
    ...tableSteps(plan).flatMap((step) => {
      const theirs = new Set(othersIn(elsewhere, step.namespace).chains[step.family].get(step.table));
      return step.chains.flatMap(({ name }) => (theirs.has(name) ? [`${stepLabel(step)} ${name}`] : []));
    }),
    ...setSteps(plan).flatMap((step) =>
      othersIn(elsewhere, step.namespace).sets.has(step.set) ? [stepLabel(step)] : [],
    ),
  ];
  if (touched.length === 0) return;
  throw new FwError('plan.stale', `${path} changes what another state of this data folder has by now`, {
    output: touched.join('\n'),
  });
}
