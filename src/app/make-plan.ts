import type { SharedTable } from '../core/before-fw/extend-before.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FwError } from '../core/errors.ts';
import { emptyNamespaces } from '../core/generation/empty-namespaces.ts';
import { findAbandoned } from '../core/generation/find-abandoned.ts';
import { generationNamespaces } from '../core/generation/generation-of.ts';
import { otherStates, othersIn, withoutOthers } from '../core/generation/other-states.ts';
import type { PlannedStates } from '../core/generation/planned-states.ts';
import type { Generation } from '../core/generation/types.ts';
import { warnUndeclared } from '../core/generation/warn-undeclared.ts';
import type { AnewSince } from '../core/identity/find-anew.ts';
import { createLocator } from '../core/locate.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { createOrigin } from '../core/origin.ts';
import type { NormalClaim } from '../core/ownership/adopt.ts';
import { findMissingHooks } from '../core/ownership/find-missing-hooks.ts';
import { assemble, type NamespaceInput } from '../core/plan/assemble.ts';
import type { StandingTable } from '../core/plan/standing-tables.ts';
import type { Plan } from '../core/plan/types.ts';
import { FAMILIES, type Family, type Namespace, type TableName } from '../core/ruleset/types.ts';
import { isEverything, isNamespaceSelected, isSelected } from '../core/selection/is-selected.ts';
import { EVERYTHING, type Selection } from '../core/selection/types.ts';
import type { Sources } from '../core/span.ts';
import { foreseeNamespaces } from '../core/state/foresee-namespaces.ts';
import type { PlannedCheck } from '../core/state/types.ts';
import type { Ports, StateFile } from '../ports.ts';
import { type EarlyScratch, openEarlyScratch } from './early-scratch.ts';
import { checkClaims, findState } from './find-state.ts';
import { type LiveSource, machineRules } from './live-source.ts';
import { loadDesired } from './load-desired.ts';
import type { GivenValues } from './load-values.ts';
import { normaliseState } from './normalise-state.ts';
import { warnOtherBackend } from './other-backend.ts';
import type { TableAddress } from './read-tables.ts';
import { checkSetsTold, judgeUntold, needsTable } from './untold.ts';

/** Of so many namespaces one has most likely a rule that is spelt otherwise than iptables-save spells it. */
const MANY = 8;

export type PlanOptions = {
  /** Path as it was typed. */
  readonly state: string;
  /** Name of the state, where the command line gives one. */
  readonly stateName?: string | undefined;
  readonly allowEmpty: boolean;
  /** Unchanged rules shown on each side of a change. */
  readonly context: number;
  /** The part of the state that the run is about. */
  readonly selection?: Selection;
  /** Values from the command line. */
  readonly given?: GivenValues;
  /** Most likely something is to be changed: what that takes is made ready meanwhile. */
  readonly expectsChanges?: boolean;
};

export type MadePlan = {
  readonly plan: Plan;
  readonly sources: Sources;
  /** Warnings about the state; errors are thrown. */
  readonly warnings: readonly Diagnostic[];
  /** Tables that stay as they are while a set changes that their rules name. */
  readonly standing: readonly StandingTable[];
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

async function planWith(
  ports: Ports,
  options: PlanOptions,
  source: LiveSource,
  scratch: EarlyScratch,
): Promise<MadePlan> {
  const { clock, report } = ports;
  const { kernel } = scratch;
  report({ kind: 'phase', phase: 'read' });
  const selection = options.selection ?? EVERYTHING;
  const kept = source.newest();
  // The code that awaits it gets the failure.
  kept.catch(() => undefined);
  const [existing, odd] = await Promise.all([source.namespaces(), source.oddNamespaces()]);
  const foresee = async (files: readonly StateFile[]) => {
    const likely = foreseeNamespaces(options.state, files, existing).filter((name) =>
      isNamespaceSelected(selection, name),
    );
    await source.foresee(likely);
    if (options.expectsChanges === true || likely.length > MANY) scratch.begin();
  };
  const { desired, sources, diagnostics } = await loadDesired(ports, {
    path: options.state,
    allowEmpty: options.allowEmpty,
    existing,
    about: { odd, remedy: source.remedy },
    found: async (paths) => {
      await foresee(paths.flatMap((path) => (path.endsWith('.rules') ? [{ path, text: '' }] : [])));
    },
    begun: foresee,
    turn: clock.turn,
    ...(options.given === undefined ? {} : { given: options.given }),
  });
  const chosen = desired.namespaces.filter(({ namespace }) =>
    isNamespaceSelected(selection, namespaceLabel(namespace)),
  );
  if (chosen.length === 0 && desired.namespaces.length > 0) {
    throw new FwError('usage', 'the selection leaves no namespace of the state', {
      next: 'See --namespace, --target and --exclude.',
    });
  }
  const newest = await kept;
  const state = await findState(ports, options, desired, newest?.generation, sources);
  const others = otherStates(state.others);
  checkClaims(chosen, selection, state, sources);
  const anew = source.anew(state.known?.appliedIn ?? [], chosen);
  const reading = source.read(chosen);
  const rules = reading.then((read) => read.live);
  // The code that asks for it gets the failure; where none does, `reading` itself reports it.
  rules.catch(() => undefined);
  const [{ live, doubts }, liveSets] = await Promise.all([
    reading,
    source.sets(
      chosen.map(({ namespace, owners, sets = [] }) => ({ namespace, owners, declared: sets.map(({ name }) => name) })),
      rules,
    ),
  ]);
  const untold = judgeUntold(live, (index, one) => {
    const { namespace, owners, rulesets } = pick(chosen, index);
    if (!isSelected(selection, namespaceLabel(namespace), one.family, one.table)) return false;
    const declares = (family: Family, table: TableName) =>
      rulesets.some((ruleset) => ruleset.family === family && ruleset.tables.some(({ name }) => name === table));
    return needsTable({ owners, declares }, one);
  });
  report({ kind: 'phase', phase: 'normalise' });
  const pairs = chosen.map((namespace, index) => ({ desired: namespace, live: pick(live, index) }));
  const { claims, sets } = await normaliseState(
    kernel,
    pairs,
    chosen.map(({ namespace, sets: declared = [] }, index) => ({
      desired: declared,
      live: withoutOthers(pick(liveSets, index), othersIn(others, namespace)),
    })),
    sources,
    diagnostics,
  );
  report({ kind: 'phase', phase: 'plan' });
  const originOf = createOrigin(createLocator(sources));
  const inputs = pairs.map(
    ({ desired: { owners }, live: { namespace, backend, alsoHeldBy, rulesets } }, index): NamespaceInput => ({
      namespace,
      backend,
      ...(alsoHeldBy === undefined ? {} : { alsoHeldBy }),
      owners,
      others: othersIn(others, namespace),
      live: rulesets,
      claims: pick(claims, index),
      sets: pick(sets, index),
    }),
  );
  const made = assemble(inputs, {
    context: options.context,
    originOf,
    isSelected: (namespace, family, table) => isSelected(selection, namespaceLabel(namespace), family, table),
  });
  checkSetsTold(made.plan, live);
  if (made.diagnostics.length > 0) {
    throw new FwError('state.invalid', 'the state cannot be applied', { diagnostics: made.diagnostics, sources });
  }
  return {
    plan: made.plan,
    sources,
    warnings: [
      ...diagnostics,
      ...doubts,
      ...untold,
      ...made.warnings,
      ...warnOtherBackend(live),
      ...state.notices,
      ...(source.isElsewhere === true ? warnUndeclared(made.plan) : []),
      ...(newest === undefined || state.known === undefined
        ? []
        : findAbandoned({ number: newest.number, kept: state.known.namespaces }, desired.namespaces, existing)),
      ...pairs.flatMap((pair) => findMissingHooks(pair.desired, pair.live.rulesets)),
    ],
    standing: made.standing,
    namespaces: () => generationNamespaces(inputs, originOf),
    about: () => ({
      applied: [state.name],
      made: [
        {
          state: { name: state.name, path: state.path, namespaces: generationNamespaces(inputs, originOf) },
          was: state.known?.name,
        },
      ],
      forgotten: [],
    }),
    emptyDesired: emptyNamespaces(inputs.map(({ namespace, claims }) => ({ namespace, claims: allClaims(claims) }))),
    ...(isEverything(selection) ? {} : { selection }),
    ...(source.isElsewhere === true ? { isElsewhere: true as const } : {}),
    anew: await anew,
    checks: desired.checks.map(({ span, ...check }) => ({ ...check, origin: originOf(span) })),
  };
}

function allClaims(claims: NamespaceInput['claims']): readonly NormalClaim[] {
  return FAMILIES.flatMap((family) => [...claims[family].values()].flat());
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index} of ${items.length}`);
  return item;
}
