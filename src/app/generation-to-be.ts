import { mergeGeneration } from '../core/generation/merge-generation.ts';
import type { Generation } from '../core/generation/types.ts';
import { countChanges } from '../core/plan/count-changes.ts';
import type { Plan } from '../core/plan/types.ts';
import type { Signer } from '../core/plan-file/signer.ts';
import { countSets } from '../core/sets/count-sets.ts';
import type { Ports } from '../ports.ts';
import type { MadePlan } from './make-plan.ts';

/** What an apply becomes if it is kept. A partial one is completed by what the generation before it declared. */
export async function generationToBe(
  ports: Ports,
  made: MadePlan,
  options: {
    readonly operator: string;
    readonly state: string;
    readonly journal: string;
    readonly signer?: Signer | undefined;
    readonly restores?: number | undefined;
  },
): Promise<Generation> {
  const { operator, state, journal, signer, restores } = options;
  const at = ports.clock.now().toISOString();
  const commit = (await ports.git.commitOf(state)) ?? null;
  const namespaces = await wholeOf(ports, made);
  const states = [{ name: state, path: state, at, operator, commit, journal, namespaces }];
  return {
    version: 2,
    at,
    operator,
    state,
    commit,
    journal,
    ...(restores === undefined ? {} : { restores }),
    ...(signer === undefined ? {} : { signer }),
    summary: summaryOf(made.plan),
    applied: [state],
    states,
    namespaces,
  };
}

function summaryOf({ steps, sets = [] }: Plan): Generation['summary'] {
  if (sets.length === 0) return countChanges(steps);
  const { entriesAdded, entriesRemoved } = countSets(sets);
  return { ...countChanges(steps), sets: { changed: sets.length, added: entriesAdded, removed: entriesRemoved } };
}

async function wholeOf({ generations }: Ports, made: MadePlan): Promise<Generation['namespaces']> {
  if (made.selection === undefined) return made.namespaces();
  const newest = (await generations.numbers()).at(-1);
  const before = newest === undefined ? [] : (await generations.read(newest)).generation.namespaces;
  return mergeGeneration(before, made.namespaces(), made.selection);
}
