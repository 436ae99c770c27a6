import { promisesOf } from '../../core/desired/promises-of.ts';
import type { DesiredNamespace, PlannedCheck, Promises } from '../../core/desired/types.ts';
import { byPlace, type Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources, Span } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import type { Origin } from '../../core/diff/types.ts';
import { emptyNamespaces } from '../../core/generation/empty-namespaces.ts';
import { generationNamespaces } from '../../core/generation/generation-of.ts';
import { findAbandoned } from '../../core/generation/states/find-abandoned.ts';
import type { PlannedStates } from '../../core/generation/states/planned-states.ts';
import { warnUndeclared } from '../../core/generation/states/warn-undeclared.ts';
import type { FoundState } from '../../core/generation/states/which-state.ts';
import type { Generation } from '../../core/generation/types.ts';
import type { SharedTable } from '../../core/generation-zero/extend-before.ts';
import type { AnewSince } from '../../core/identity/find-made-anew.ts';
import { withLint } from '../../core/lint-findings/lint-warnings.ts';
import { findMissingHooks } from '../../core/ownership/find-missing-hooks.ts';
import type { SshConnection } from '../../core/packets/ssh-connection.ts';
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
import { withNativeTables } from '../live/with-native-tables.ts';
import { checkSetsShown } from '../save-proof/hidden-table.ts';
import { type LoadedState, loadState, type StateOptions } from './load-state.ts';
import { normalInputs, type ReadWanted, readWanted } from './normal-inputs.ts';
import { warnOtherBackend } from './other-backend.ts';
import { sessionOnce } from './own-session.ts';
import { warnMessages } from './warn-messages.ts';

/** Of so many namespaces one has most likely a rule that is spelt otherwise than iptables-save spells it. */
const MANY = 8;

export type PlanOptions = Omit<StateOptions, 'selection'> & {
  /** Unchanged rules shown on each side of a change. */
  readonly context: number;
  /** The part of the state that the run is about; all of it without one. */
  readonly selection?: Selection;
  /** Whether its warnings tell what `fw lint` finds in the rules that it changes. */
  readonly lints?: boolean;
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
  /** The SSH session that fw runs in, where the plan asked for it already. */
  readonly session?: () => Promise<SshConnection | undefined>;
  /** When reading live rules began, as `Clock.uptime` counts; absent where they were not read for this plan alone. */
  readonly readAt?: number;
  /** What is live in its namespaces, the tables that it leaves alone among it. */
  readonly live: readonly LiveNamespace[];
  /** What it does to traffic, found out when it is first asked for: some tenths of a second for a few changes to ten thousand rules. */
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
  const readAt = ports.clock.uptime();
  try {
    const made = await planWith(ports, options, source, scratch);
    return source.isElsewhere === true ? made : { ...made, readAt };
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
  const { chosen, sources, identity } = state;
  if (source.isElsewhere !== true) await checkNames(ports, chosen);
  const anew = source.anew(identity.known?.appliedIn ?? [], chosen);
  const read = await readWanted(source, chosen, selection);
  report({ kind: 'phase', phase: 'normalise' });
  const { inputs, pairs } = await normalInputs(scratch.kernel, state, read);
  report({ kind: 'phase', phase: 'plan' });
  const originOf = createOrigin(createLocator(sources));
  const assembled = assemble(inputs, {
    context: options.context,
    originOf,
    isSelected: (namespace, family, table) => isSelected(selection, namespaceLabel(namespace), family, table),
  });
  checkSetsShown(assembled.plan, read.live);
  if (assembled.diagnostics.length > 0) {
    throw new FwError('state.invalid', 'the state cannot be applied', { diagnostics: assembled.diagnostics, sources });
  }
  const isElsewhere = source.isElsewhere === true;
  const parts = { state, read, inputs, pairs, assembled, originOf, isElsewhere };
  return { ...(await describePlan(ports, options, parts)), anew: await anew };
}

/** A name may be another one's namespace. What cannot be looked at here is looked at before it is written. */
async function checkNames({ kernel }: Ports, chosen: readonly DesiredNamespace[]): Promise<void> {
  if (chosen.length < 2) return;
  const names = chosen.map(({ namespace }) => namespace);
  checkDistinct(await kernel.identify(names, 'file').catch(() => []));
}

type Parts = Awaited<ReturnType<typeof normalInputs>> & {
  readonly state: LoadedState;
  readonly read: ReadWanted;
  readonly assembled: ReturnType<typeof assemble>;
  readonly originOf: (span: Span) => Origin;
  readonly isElsewhere: boolean;
};

/** The plan with what is to be known of it: warnings, what it does to traffic, what is declared, what must hold. */
async function describePlan(
  ports: Ports,
  { selection = EVERYTHING, lints }: PlanOptions,
  { state, read, inputs, pairs, assembled: { plan, standing, warnings }, originOf, isElsewhere }: Parts,
): Promise<MadePlan> {
  const { desired, sources, identity } = state;
  const around = liveNamespaces(inputs, read.live);
  // nft answers while the rules that change are judged.
  const looked = isElsewhere ? Promise.resolve(around) : withNativeTables(ports.kernel, around, plan);
  looked.catch(() => undefined);
  let declared: Generation['namespaces'] | undefined;
  const namespaces = () => {
    declared ??= generationNamespaces(inputs, originOf);
    return declared;
  };
  const session = isElsewhere ? async () => undefined : sessionOnce(ports);
  const promises = promisesOf(plannedPromises(desired, sources, (name) => isNamespaceSelected(selection, name)));
  const told = [
    ...(lints === true ? linted(state, plan, around) : state.diagnostics),
    ...read.unproven,
    ...read.hidden,
    ...warnings,
    ...warnOtherBackend(read.live),
    ...identity.notices,
    ...(isElsewhere ? warnUndeclared(plan) : []),
    ...warnAbandoned(state),
    ...(await warnMessages(session, { plan, live: around, ...promises })),
    ...pairs.flatMap((pair) => findMissingHooks(pair.desired, pair.live.rulesets)),
  ];
  const live = await looked;
  return {
    plan,
    sources,
    warnings: told,
    standing,
    session,
    live,
    traffic: trafficOnce(plan, { live, originOf }),
    namespaces,
    about: () => aboutOf(identity, namespaces()),
    emptyDesired: emptyNamespaces(inputs),
    ...(isEverything(selection) ? {} : { selection }),
    ...(isElsewhere ? { isElsewhere: true as const } : {}),
    checks: desired.checks.map(({ span, ...check }) => ({ ...check, origin: originOf(span) })),
    ...promises,
  };
}

/** The warnings of a state, with what is proved of the rules that the plan changes. */
function linted(
  { desired, chosen, sources, diagnostics }: LoadedState,
  plan: Plan,
  live: readonly LiveNamespace[],
): readonly Diagnostic[] {
  const found = withLint(diagnostics, { plan, live, desired: { ...desired, namespaces: chosen }, sources });
  return [...found].sort(byPlace);
}

/** Namespaces and owners that the newest generation has of the state, and that it does not name any more. */
function warnAbandoned({ newest, identity: { known }, desired, existing }: LoadedState): readonly Diagnostic[] {
  if (newest === undefined || known === undefined) return [];
  return findAbandoned({ number: newest.number, kept: known.namespaces }, desired.namespaces, existing);
}

function aboutOf({ name, path, known }: FoundState, namespaces: Generation['namespaces']): PlannedStates {
  return { applied: [name], made: [{ state: { name, path, namespaces }, was: known?.name }], forgotten: [] };
}
