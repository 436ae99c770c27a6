import { lastConfirmedOf } from '../../core/generation/last-confirmed.ts';
import { mergeStates } from '../../core/generation/merge-states.ts';
import { statesAfter } from '../../core/generation/states/planned-states.ts';
import type { Generation } from '../../core/generation/types.ts';
import type { AppliedIn } from '../../core/identity/types.ts';
import { countChanges } from '../../core/plan/count-changes.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import type { Plan } from '../../core/plan/types.ts';
import { countSets } from '../../core/sets/count-sets.ts';
import type { Signer } from '../../core/transitions/transitions.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { newestGeneration } from './pick-generation.ts';

/** What an apply becomes if it is kept: its own states as it makes them, all others as the newest generation has them. */
export async function generationToBe(
  ports: Ports,
  made: MadePlan,
  options: {
    readonly operator: string;
    readonly state: string;
    readonly journal: string;
    readonly signer?: Signer | undefined;
    readonly restores?: number | undefined;
    readonly isConfirmed?: boolean | undefined;
    /** Where it is applied, once that is known. */
    readonly seen?: ((occasion: Pick<AppliedIn, 'at' | 'journal'>) => Promise<AppliedIn | undefined>) | undefined;
  },
): Promise<Generation> {
  const { operator, state, journal, signer, restores, isConfirmed = false } = options;
  const at = ports.clock.now().toISOString();
  const commit = (await ports.git.commitOf(state)) ?? null;
  const newest = await newestGeneration(ports);
  const before = newest?.generation.states ?? [];
  // What stays of ours after a return to what was there before fw is not proven by it.
  const seen = restores === 0 ? undefined : await options.seen?.({ at, journal });
  const states = statesAfter(before, made.about(), { at, operator, commit, journal, seen }, made.selection);
  return {
    version: 2,
    at,
    operator,
    state,
    commit,
    journal,
    ...(restores === undefined ? {} : { restores }),
    ...(signer === undefined ? {} : { signer }),
    ...(isConfirmed ? { confirmed: true as const } : {}),
    ...(newest === undefined ? {} : { lastConfirmed: lastConfirmedOf(newest) }),
    summary: summaryOf(made.plan),
    applied: made.about().applied,
    states,
    namespaces: mergeStates(states),
  };
}

function summaryOf(plan: Plan): Generation['summary'] {
  const [tables, sets] = [tableSteps(plan), setSteps(plan)];
  if (sets.length === 0) return countChanges(tables);
  const { entriesAdded, entriesRemoved } = countSets(sets);
  return { ...countChanges(tables), sets: { changed: sets.length, added: entriesAdded, removed: entriesRemoved } };
}
