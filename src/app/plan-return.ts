import type { Diagnostic } from '../core/diagnostic.ts';
import { FwError } from '../core/errors.ts';
import { claimedByKept } from '../core/generation/claimed-by.ts';
import { findClaimConflicts } from '../core/generation/find-claim-conflicts.ts';
import { mergeStates } from '../core/generation/merge-states.ts';
import type { PlannedState, PlannedStates } from '../core/generation/planned-states.ts';
import { declaresSame, type StateReturn } from '../core/generation/return-of.ts';
import type { KeptState } from '../core/generation/types.ts';
import { type WantedNamespace, wantedNamespaces } from '../core/generation/wanted-namespaces.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { Ports } from '../ports.ts';
import type { MadePlan } from './make-plan.ts';
import { makeRollbackPlan } from './make-rollback-plan.ts';

/**
 * A plan that brings some states to what they declared then and leaves all others alone. Throws `state.invalid` when one of the others has by
 * now what a returning one wants.
 */
export async function planReturn(
  ports: Ports,
  way: {
    readonly states: readonly StateReturn[];
    readonly others: readonly KeptState[];
    /** The generation that they go back to; undefined where they are forgotten. */
    readonly target?: { readonly number: number };
  },
  options: { readonly context: number; readonly label: string },
): Promise<MadePlan> {
  const { states, others, target } = way;
  const then = mergeStates(states.flatMap((state) => state.then ?? []));
  const now = mergeStates(states.flatMap((state) => state.now ?? []));
  const diagnostics = findClaimConflicts(claimedByKept(then), others);
  if (diagnostics.length > 0) {
    throw new FwError('state.invalid', `${options.label} declares what another state has by now`, {
      diagnostics,
      next: 'Take back that state first: fw rollback --state-name NAME.',
    });
  }
  const wanted = wantedNamespaces(then, now);
  const made = await makeRollbackPlan(
    ports,
    { namespaces: wanted, others, about: aboutOf(states, target?.number) },
    options,
  );
  return { ...made, warnings: [...made.warnings, ...wanted.flatMap(warnEmptied)] };
}

function warnEmptied({ namespace, emptied = [] }: WantedNamespace): readonly Diagnostic[] {
  if (emptied.length === 0) return [];
  const tables = emptied.map(({ family, table }) => `${family} ${table}`).join(', ');
  return [
    {
      severity: 'warning',
      code: 'state.emptied',
      message: `A state had whole tables of ${namespaceLabel(namespace)} for itself; they become empty, with policy ACCEPT: ${tables}`,
    },
  ];
}

function aboutOf(states: readonly StateReturn[], restores: number | undefined): PlannedStates {
  const changed = states.filter((state) => !declaresSame(state));
  return {
    applied: changed.flatMap(({ now, then }) => (now ?? then)?.name ?? []),
    made: changed.flatMap(({ now, then }) =>
      then === undefined ? [] : [{ state: plannedOf({ then, now, restores }), was: now?.name }],
    ),
    forgotten: changed.flatMap(({ now, then }) => (then === undefined && now !== undefined ? [now.name] : [])),
  };
}

/** It keeps the name and the path that it has now. What its rules had matched then is nothing to compare with now. */
function plannedOf({
  then,
  now,
  restores,
}: {
  readonly then: KeptState;
  readonly now: KeptState | undefined;
  readonly restores: number | undefined;
}): PlannedState {
  const { name, path } = now ?? then;
  const namespaces = then.namespaces.map(({ counted, ...kept }) => kept);
  return { name, path, commit: then.commit ?? null, ...(restores === undefined ? {} : { restores }), namespaces };
}
