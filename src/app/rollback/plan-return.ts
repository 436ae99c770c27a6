import { claimsOn } from '../../core/desired/claim.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { mergeStates } from '../../core/generation/merge-states.ts';
import { claimedByKept } from '../../core/generation/states/claimed-by.ts';
import { findClaimConflicts } from '../../core/generation/states/find-claim-conflicts.ts';
import type { PlannedState, PlannedStates } from '../../core/generation/states/planned-states.ts';
import { declaresSame, type StateReturn } from '../../core/generation/states/return-of.ts';
import { wantedNamespaces, withFormerTables } from '../../core/generation/states/wanted-namespaces.ts';
import type { KeptNamespace, KeptState } from '../../core/generation/types.ts';
import type { SharedTable } from '../../core/generation-zero/extend-before.ts';
import type { AppliedIn } from '../../core/identity/types.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TableAddress } from '../live/read-tables.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { type GoalsBefore, goalsBefore } from './goals-before.ts';
import { makeRollbackPlan } from './make-rollback-plan.ts';
import { policiesBefore } from './policies-before.ts';
import { numberedSinceBefore } from './since-before.ts';

/** Rules that one warning names. */
const MOST_NAMED = 50;

type Leftovers = ReturnType<GoalsBefore['leftoversOf']>[number];

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
  const to = target === undefined || target.number === 0 ? undefined : target.number;
  const since = (await numberedSinceBefore(ports)).filter(({ number }) => number > (to ?? 0));
  const names = new Set(
    states.flatMap((state) =>
      [state.now, state.then].flatMap((one) => (one === undefined ? [] : [one.name, ...(one.formerly ?? [])])),
    ),
  );
  const wanted = withFormerTables(
    wantedNamespaces(then, now),
    since.map(({ generation }) => generation),
    names,
  );
  const goals = await goalsBefore(ports, wanted, now, to);
  const { known, unknown, shared } = goals;
  const policies = await policiesBefore(ports, { then, now, target: to });
  const inputs: NamespaceInput[] = [];
  const complete = (input: NamespaceInput): NamespaceInput => {
    const whole = policies.withPolicies(input);
    inputs.push(whole);
    return { ...whole, goals: goals.goalsOf(whole) };
  };
  const made = await makeRollbackPlan(
    ports,
    { namespaces: wanted, others, about: aboutOf(states, target?.number), seen: seenOf(states), complete },
    options,
  );
  const created = known.filter(({ isNew }) => isNew);
  return {
    ...made,
    warnings: [
      ...made.warnings,
      ...policies.warnings,
      ...(to === undefined ? [] : warnOtherBackend(then, now, to)),
      ...inputs.flatMap((input) => goals.leftoversOf(input).flatMap(warnStays)),
      ...warnGivenUp(
        'state.shared-again',
        shared,
        'it shares them with others again: rules that it brought go and what it replaced comes back, by generation 0',
      ),
      ...warnGivenUp('state.restored', known, 'they become what they were before fw, by generation 0'),
      ...warnGivenUp(
        'state.emptied',
        unknown,
        'generation 0 does not know what was there, so they become empty, with policy ACCEPT',
      ),
    ],
    ...(created.length === 0 ? {} : { created }),
    ...(known.length === 0 ? {} : { leaves: known }),
    ...(shared.length === 0 ? {} : { shares: inputs.flatMap((input) => sharedTables(input, shared)) }),
  };
}

/** What is declared of the tables that are shared again, as generation 0 records it. */
function sharedTables({ namespace, backend, owners, claims }: NamespaceInput, shared: GoalsBefore['shared']) {
  const here = shared.filter(
    (one) => one.backend === backend && namespaceLabel(one.namespace) === namespaceLabel(namespace),
  );
  return here.map(({ family, table }): SharedTable => {
    const policies = claimsOn(claims, family, table).flatMap((claim) => Object.entries(claim.policies));
    return { namespace, backend, family, table, owners, policies: Object.fromEntries(policies) };
  });
}

/** A plan writes the rules of one backend in a namespace. */
function warnOtherBackend(
  then: readonly KeptNamespace[],
  now: readonly KeptNamespace[],
  number: number,
): readonly Diagnostic[] {
  return now.flatMap(({ namespace, backend }): readonly Diagnostic[] => {
    const was = then.find((one) => namespaceLabel(one.namespace) === namespaceLabel(namespace));
    if (was === undefined || was.backend === backend) return [];
    return [
      {
        severity: 'warning',
        code: 'state.rules-stay',
        message: `What is declared now in ${namespaceLabel(namespace)} is in the ${backend} backend and stays there: generation ${number} had its rules in ${was.backend}, and the plan writes those only`,
        hint: `fw rollback 0 takes ours out of both backends, then fw rollback ${number} brings back what was declared; or take the ${backend} rules out by hand.`,
      },
    ];
  });
}

/** Rules that are not declared from now on, each by its text: the reader of the plan has to decide what becomes of them. */
function warnStays({ namespace, family, table, rules, why }: Leftovers): readonly Diagnostic[] {
  if (rules.length === 0) return [];
  const place = `${family} ${table} of ${namespaceLabel(namespace)}`;
  const count =
    rules.length === 1 ? 'one rule that it brought there stays' : `${rules.length} rules that it brought there stay`;
  const named = rules.slice(0, MOST_NAMED).map(({ chain, text }) => `-A ${chain} ${text}`);
  const listed = [...named, ...(rules.length > named.length ? [`and ${rules.length - named.length} more`] : [])].join(
    '; ',
  );
  return [
    {
      severity: 'warning',
      code: 'state.rules-stay',
      message: `A state had ${place} for itself and shares it with others again; ${count}, because ${why}: ${listed}`,
      hint: 'Nothing declares them then: take out by hand what is not wanted. fw show N lists what a generation declared.',
    },
  ];
}

/** Where what comes back was applied, or what goes. */
function seenOf(states: readonly StateReturn[]): readonly AppliedIn[] {
  return states.flatMap(({ now, then }) => (then ?? now)?.appliedIn ?? []);
}

/** One warning for each namespace. */
function warnGivenUp(
  code: Diagnostic['code'],
  tables: readonly Pick<TableAddress, 'namespace' | 'family' | 'table'>[],
  becomes: string,
): readonly Diagnostic[] {
  const places = new Map<string, string[]>();
  for (const { namespace, family, table } of tables) {
    const label = namespaceLabel(namespace);
    places.set(label, [...(places.get(label) ?? []), `${family} ${table}`]);
  }
  return [...places].map(([label, names]) => ({
    severity: 'warning',
    code,
    message: `A state had whole tables of ${label} for itself; ${becomes}: ${names.join(', ')}`,
  }));
}

function aboutOf(states: readonly StateReturn[], restores: number | undefined): PlannedStates {
  const changed = states.filter((state) => !declaresSame(state));
  return {
    applied: changed.flatMap(({ now, then }) => (now ?? then)?.name ?? []),
    made: changed.flatMap(({ now, then }) =>
      then === undefined ? [] : [{ state: plannedOf({ then, now, restores }), was: now?.name }],
    ),
    reloaded: states.flatMap((state) => (declaresSame(state) ? (state.now?.name ?? []) : [])),
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
