import { promisesOf } from '../desired/promises-of.ts';
import type { Promises } from '../desired/types.ts';
import { storeNamespaces } from '../generation/stored-namespaces.ts';
import type { Commit } from '../generation/types.ts';
import type { MadeIn } from '../identity/types.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import { storeSetStep, storeStep, storeTables } from '../plan/stored-step.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import type { Rule, Table } from '../rules/types.ts';
import type { Selection } from '../selection/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { transitionsOf } from '../transitions/transitions.ts';
import type { PlanFile, StoredPlan, StoredPlanFile } from './types.ts';

/** A plan as it was made. */
type ToSave = Promises & {
  readonly plan: Plan;
  readonly standing: readonly StandingTable[];
  readonly selection?: Selection;
  readonly namespaces: PlanFile['namespaces'];
  readonly checks: PlanFile['checks'];
  readonly made_in?: MadeIn | undefined;
};

/** Who made it, when and from what. */
type SaveFacts = Pick<
  PlanFile,
  'fw_version' | 'created' | 'expires' | 'host' | 'operator' | 'state' | 'state_name' | 'state_path'
> & {
  readonly commit: Commit | null;
};

/** The content of a plan file, all but its digest: what changes, from what, the exact restore text, and what the state declares. */
export function planContent(made: ToSave, facts: SaveFacts): Omit<StoredPlanFile, 'digest'> {
  const { fw_version, created, expires, host, operator, state, commit, state_name, state_path } = facts;
  const tables = tableSteps(made.plan);
  return {
    format_version: '1.0',
    kind: 'plan',
    fw_version,
    created,
    expires,
    host,
    operator,
    state,
    ...(state_name === undefined ? {} : { state_name }),
    ...(state_path === undefined ? {} : { state_path }),
    commit,
    transitions: transitionsOf(made.plan),
    plan: storePlan(made.plan, setSteps(made.plan), tables),
    tables: tables.map(({ before, after }) => storeTables({ before, after: withoutSpans(after) })),
    ...(made.standing.length === 0
      ? {}
      : { standing: made.standing.map((one) => ({ ...one, table: withoutSpans(one.table) })) }),
    ...(made.selection === undefined ? {} : { selection: made.selection }),
    namespaces: storeNamespaces(made.namespaces),
    checks: made.checks,
    ...promisesOf(made),
    ...(made.made_in === undefined ? {} : { made_in: made.made_in }),
  };
}

function storePlan({ steps: _, ...rest }: Plan, sets: readonly SetStep[], tables: readonly TableStep[]): StoredPlan {
  return {
    ...rest,
    steps: tables.map(storeStep),
    ...(sets.length === 0 ? {} : { sets: sets.map(storeSetStep) }),
  };
}

/** Offsets mean nothing on another machine; the rows of the plan say where a rule was written. */
function withoutSpans(table: Table): Table {
  const chains = table.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.map(({ text, counters }): Rule => (counters === undefined ? { text } : { text, counters })),
  }));
  return { name: table.name, chains };
}
