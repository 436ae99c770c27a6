import { promisesOf } from '../../core/desired/promises-of.ts';
import type { PlannedCheck, Promises } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { emptyNamespaces } from '../../core/generation/empty-namespaces.ts';
import { generationNamespaces } from '../../core/generation/generation-of.ts';
import { findAbandoned } from '../../core/generation/states/find-abandoned.ts';
import type { PlannedStates } from '../../core/generation/states/planned-states.ts';
import { warnUndeclared } from '../../core/generation/states/warn-undeclared.ts';
import type { FoundState } from '../../core/generation/states/which-state.ts';
import type { Generation } from '../../core/generation/types.ts';
import type { SharedTable } from '../../core/generation-zero/extend-before.ts';
import type { AnewSince } from '../../core/identity/find-made-anew.ts';
import { findMissingHooks } from '../../core/ownership/find-missing-hooks.ts';
import type { Traffic } from '../../core/packets/types/traffic.ts';
import { assemble } from '../../core/plan/assemble.ts';
import type { StandingTable } from '../../core/plan/standing-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { isEverything, isNamespaceSelected, isSelected } from '../../core/selection/is-selected.ts';
import { EVERYTHING, type Selection } from '../../core/selection/types.ts';
import { type LiveNamespace, liveNamespaces } from '../../core/traffic/live-namespace.ts';
import { trafficOnce } from '../../core/traffic/traffic-of-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { plannedPromises } from '../flow-tests/planned-tests.ts';
import { checkDistinct } from '../live/bind-namespaces.ts';
import { type EarlyScratch, openEarlyScratch } from '../live/early-scratch.ts';
import { type LiveSource, machineRules } from '../live/live-source.ts';
import type { TableAddress } from '../live/read-tables.ts';
import { checkSetsShown } from '../save-proof/hidden-table.ts';
import { type LoadedState, loadState, type StateOptions } from './load-state.ts';
import { normalInputs, readWanted } from './normal-inputs.ts';
import { warnOtherBackend } from './other-backend.ts';

/** Of so many namespaces one has most likely a rule that is spelt otherwise than iptables-save spells it. */
const MANY = 8;

export type PlanOptions = Omit<StateOptions, 'selection'> & {
  /** Unchanged rules shown on each side of a change. */
  readonly context: number;
  /** The part of the state that the run is about; all of it without one. */
  readonly selection?: Selection;
  /** Most likely something is to be changed: what that takes is made ready meanwhile. */
  readonly expectsChanges?: boolean;
};

export type MadePlan = Promises & {
  readonly plan: Plan;
  readonly sources: Sources;
  /** Warnings about the state; errors are thrown. */
  readonly warnings: readonly Diagnostic[];
  /** Tables that stay as they are while a set changes that their rules name. */
  readonly standing: readonly StandingTable[];
  /** What is live in its namespaces, the tables that it leaves alone among it. */
  readonly live: readonly LiveNamespace[];
  /** What it does to traffic, found out when it is first asked for: most of a second for ten thousand rules. */
  readonly traffic: () => readonly Traffic[];
  /** What the state declares, for the generation that an apply becomes. */
  readonly namespaces: () => Generation['namespaces'];
  /** The states that the plan is about, as an apply keeps them. */
  readonly about: () => PlannedStates;
  /** What to say about the plan before it is shown; absent where the plan says all. */
  readonly remarks?: readonly string[];
  /** Namespaces for which no rule at all is declared. */
  readonly emptyDesired: readonly Namespace[];
  /** The part of the state that the plan is about, where that is not all of it. */
  readonly selection?: Selection;
  /** Tables that fw has made, and that go again once they are empty. Absent is the same as none. */
  readonly created?: readonly TableAddress[];
  /** Tables that become what they were before fw: a later apply that writes there begins a new record of generation 0. Absent is the same as none. */
  readonly leaves?: readonly TableAddress[];
  /** Tables that a state had for itself and shares with others again. Absent is the same as none. */
  readonly shares?: readonly SharedTable[];
  /** The live rules are those of a file, which may be of another machine: what this one has recorded says nothing about them. */
  readonly isElsewhere?: true;
  /** Namespaces that are not those that were applied to; absent where the rules are not of this machine. */
  readonly anew?: readonly AnewSince[] | undefined;
  /** What must hold after the apply. */
  readonly checks: readonly PlannedCheck[];
};

/**
 * All of `fw plan`: reads the state and the live rules of every namespace it names, and computes what would change. Live rules come
 * from this machine unless another source is given.
 */
export async function makePlan(
  ports: Ports,
  options: PlanOptions,
  source: LiveSource = machineRules(ports),
): Promise<MadePlan> {
  const scratch = openEarlyScratch(ports.kernel);
  try {
    return await planWith(ports, options, source, scratch);
  } finally {
    await scratch.end();
  }
}

/** Load, read, normalise, assemble. */
async function planWith(
  ports: Ports,
  options: PlanOptions,
  source: LiveSource,
  scratch: EarlyScratch,
): Promise<MadePlan> {
  const { report } = ports;
  const { selection = EVERYTHING, expectsChanges = false } = options;
  report({ kind: 'phase', phase: 'read' });
  const state = await loadState(ports, { ...options, selection }, source, async (likely) => {
    await source.prefetch(likely);
    if (expectsChanges || likely.length > MANY) scratch.begin();
  });
  const { desired, chosen, sources, identity } = state;
  if (source.isElsewhere !== true && chosen.length > 1) {
    // What cannot be looked at here is looked at before it is written.
    checkDistinct(
      await ports.kernel
        .identify(
          chosen.map(({ namespace }) => namespace),
          'file',
        )
        .catch(() => []),
    );
  }
  const anew = source.anew(identity.known?.appliedIn ?? [], chosen);
  const read = await readWanted(source, chosen, selection);
  report({ kind: 'phase', phase: 'normalise' });
  const { inputs, pairs } = await normalInputs(scratch.kernel, state, read);
  report({ kind: 'phase', phase: 'plan' });
  const originOf = createOrigin(createLocator(sources));
  const { plan, standing, diagnostics, warnings } = assemble(inputs, {
    context: options.context,
    originOf,
    isSelected: (namespace, family, table) => isSelected(selection, namespaceLabel(namespace), family, table),
  });
  checkSetsShown(plan, read.live);
  if (diagnostics.length > 0) {
    throw new FwError('state.invalid', 'the state cannot be applied', { diagnostics, sources });
  }
  const live = liveNamespaces(inputs, read.live);
  const isElsewhere = source.isElsewhere === true;
  const namespaces = () => generationNamespaces(inputs, originOf);
  return {
    plan,
    sources,
    warnings: [
      ...state.diagnostics,
      ...read.unproven,
      ...read.hidden,
      ...warnings,
      ...warnOtherBackend(read.live),
      ...identity.notices,
      ...(isElsewhere ? warnUndeclared(plan) : []),
      ...warnAbandoned(state),
      ...pairs.flatMap((pair) => findMissingHooks(pair.desired, pair.live.rulesets)),
    ],
    standing,
    live,
    traffic: trafficOnce(plan, { live, originOf }),
    namespaces,
    about: () => aboutOf(identity, namespaces()),
    emptyDesired: emptyNamespaces(inputs),
    ...(isEverything(selection) ? {} : { selection }),
    ...(isElsewhere ? { isElsewhere: true as const } : {}),
    anew: await anew,
    checks: desired.checks.map(({ span, ...check }) => ({ ...check, origin: originOf(span) })),
    ...promisesOf(plannedPromises(desired, sources, (name) => isNamespaceSelected(selection, name))),
  };
}

/** Namespaces and owners that the newest generation has of the state, and that it does not name any more. */
function warnAbandoned({ newest, identity: { known }, desired, existing }: LoadedState): readonly Diagnostic[] {
  if (newest === undefined || known === undefined) return [];
  return findAbandoned({ number: newest.number, kept: known.namespaces }, desired.namespaces, existing);
}

function aboutOf({ name, path, known }: FoundState, namespaces: Generation['namespaces']): PlannedStates {
  return { applied: [name], made: [{ state: { name, path, namespaces }, was: known?.name }], forgotten: [] };
}
