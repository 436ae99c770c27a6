import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import type { PlannedStates } from '../../core/generation/states/planned-states.ts';
import type { KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { planReturn } from '../rollback/plan-return.ts';

type DestroyOptions = {
  /** The name of the state; chosen by what declares the namespace where there is none, and by the path where several do. */
  readonly stateName: string | undefined;
  readonly path: string;
  readonly context: number;
};

/**
 * A plan that takes out all that was applied in one namespace, and leaves the rest of its state, other states and their rules alone. It asks the record
 * and not the files, which may be gone. Throws `usage` where the record has nothing of the namespace, or several states have.
 */
export async function planDestroy(ports: Ports, namespace: string, options: DestroyOptions): Promise<MadePlan> {
  const newest = await newestGeneration(ports);
  const known = stateWith(newest, namespace, { ...options, path: ports.fullPath(options.path) });
  const states = newest?.generation.states ?? [];
  const there = known.namespaces.filter((one) => namespaceLabel(one.namespace) === namespace);
  const rest = known.namespaces.filter((one) => namespaceLabel(one.namespace) !== namespace);
  const then = undefined;
  const way = {
    states: [{ now: { ...known, namespaces: there }, then }],
    others: states.map((state) => (state === known ? { ...known, namespaces: rest } : state)),
  };
  const made = await planReturn(ports, way, { context: options.context, label: `the way without ${namespace}` });
  return { ...made, about: () => aboutOf(known, rest), remarks: [remarkOf(known, namespace)] };
}

function stateWith(
  newest: NumberedGeneration | undefined,
  namespace: string,
  { stateName, path }: DestroyOptions,
): KeptState {
  const states = newest?.generation.states ?? [];
  const labels = (state: KeptState) => state.namespaces.map((one) => namespaceLabel(one.namespace));
  const found = states.filter(
    (state) => labels(state).includes(namespace) && (stateName === undefined || state.name === stateName),
  );
  const [known, other] = found.length > 1 ? found.filter((state) => state.path === path) : found;
  if (known !== undefined && other === undefined) return known;
  if (found.length > 1) {
    throw new FwError('usage', `${found.length} states declare rules in ${namespace}`, {
      next: `Say which one with --state-name: ${found.map(({ name }) => name).join(', ')}.`,
    });
  }
  const names = [...new Set(states.flatMap(labels))];
  const near = nearest(namespace, names);
  throw new FwError(
    'usage',
    `nothing that was applied from this data folder declares rules in ${namespace}${stateName === undefined ? '' : ` for the state ${stateName}`}`,
    {
      next:
        near !== undefined
          ? `Did you mean --destroy ${near}?`
          : names.length === 0
            ? 'No state that was applied from it declares any rules now; see fw history.'
            : `There are: ${names.sort().join(', ')}.`,
    },
  );
}

/** The state keeps what it declares elsewhere; where that is nothing, it goes from the record. */
function aboutOf(known: KeptState, rest: KeptState['namespaces']): PlannedStates {
  if (rest.length === 0) return { applied: [known.name], made: [], forgotten: [known.name] };
  const namespaces = rest.map(({ counted, ...kept }) => kept);
  const { name, path, commit } = known;
  const state = { name, path, commit: commit ?? null, namespaces };
  return { applied: [name], made: [{ state, was: name }], forgotten: [] };
}

function remarkOf({ name, path }: KeptState, namespace: string): string {
  const state = name === path ? `the state at ${path}` : `the state ${name} (${path})`;
  return `Takes out what ${state} declares in ${namespace}. Its files still say so: the next fw apply of them brings it back.`;
}
