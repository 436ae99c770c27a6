import { type Claim, claimsOn } from '../desired/claim.ts';
import { type Diagnostic, withoutRepeats } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import { diffTable } from '../diff/diff-table.ts';
import type { Origin, TableDiff } from '../diff/types.ts';
import { viewTable } from '../diff/view.ts';
import { checkKeptState, checkNamedState } from '../named-state/check-named-state.ts';
import type { OwnedTable } from '../named-state/holders.ts';
import { adopt } from '../ownership/adopt.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import type { OtherStates } from '../ownership/step-ownership.ts';
import { disputedChains, stepOwnership } from '../ownership/step-ownership.ts';
import type { StepOwnership } from '../ownership/types.ts';
import { addedTexts, type Transaction } from '../restore/edit.ts';
import { findLoop, jumpOf, jumpTarget } from '../rule-text/jumps.ts';
import { ruleTexts } from '../rule-text/rule-texts.ts';
import { COMMIT_ORDER } from '../rules/builtin.ts';
import { digestTable } from '../rules/digest.ts';
import {
  type Backend,
  FAMILIES,
  type Family,
  type Namespace,
  type Ruleset,
  type Table,
  type TableName,
} from '../rules/types.ts';
import type { SetPair, SetStep } from '../sets/ipset/types.ts';
import { planSets } from '../sets/plan-sets.ts';
import { countForeign } from './count-changes.ts';
import { inOrder } from './in-order.ts';
import { pinForeign } from './pin-foreign.ts';
import { type StandingTable, standingTables } from './standing-tables.ts';
import { type ChangedTable, type HandedOver, handedOver, stepEdits } from './step-edits.ts';
import type { Foreign, Plan, PlannedNamespace, TableStep } from './types.ts';

export type NamespaceInput = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly alsoHeldBy?: Backend;
  readonly owners: readonly string[];
  readonly live: Readonly<Record<Family, Ruleset>>;
  /** What is declared there, table by table. */
  readonly claims: readonly Claim[];
  readonly others?: OtherStates;
  /** Declared sets, and sets of ours that are not declared. */
  readonly sets: readonly SetPair[];
  /** Whole tables that are wanted as they are, in the place of claims: by `FAMILY TABLE`. */
  readonly goals?: ReadonlyMap<string, { readonly table: Table; readonly ownership: StepOwnership }>;
};

type AssembleOptions = {
  /** Unchanged rules shown on each side of a change. */
  readonly context: number;
  readonly originOf: (span: Span) => Origin;
  /** Tables that the plan is about; all of them unless given. */
  readonly isSelected?: (namespace: Namespace, family: Family, table: TableName) => boolean;
};

/** The plan: what changes in every namespace, with the exact restore text, from live rules and normal claims. */
export function assemble(
  inputs: readonly NamespaceInput[],
  options: AssembleOptions,
): {
  readonly plan: Plan;
  /** Tables without a step whose rules name a set that changes. */
  readonly standing: readonly StandingTable[];
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
} {
  const tables: TableStep[] = [];
  const foreign: Foreign[] = [];
  const diagnostics: Diagnostic[] = [];
  const sets: SetStep[] = [];
  const standing: StandingTable[] = [];
  const warnings: Diagnostic[] = [];
  for (const input of inputs) {
    const goals: Table[] = [];
    const untouched: { family: Family; table: Table }[] = [];
    let isWhole = true;
    for (const family of FAMILIES) {
      const changed: Changed[] = [];
      const owned: OwnedTable[] = [];
      for (const name of COMMIT_ORDER) {
        const live = input.live[family].tables.find((table) => table.name === name);
        const claims = claimsOn(input.claims, family, name);
        const isSelected = options.isSelected?.(input.namespace, family, name) !== false;
        isWhole &&= isSelected;
        // It is neither live nor declared, as most tables of most namespaces.
        const wanted = input.goals?.get(`${family} ${name}`);
        if (live === undefined && claims.length === 0 && wanted === undefined) continue;
        const others = input.others?.chains[family].get(name) ?? [];
        const how = wanted?.ownership ?? stepOwnership(claims, input.owners, others);
        foreign.push(...countForeign(input.namespace, family, live, how));
        diagnostics.push(...disputedChains(name, claims, input.owners).map((chain) => disputed(name, chain)));
        const goal = wanted?.table ?? adopt(name, live, claims, input.owners, others);
        const ownership = ownershipOf(name, how);
        owned.push({ table: isSelected ? goal : (live ?? goal), isOurs: ownership.ownsChain });
        if (!isSelected) {
          if (live !== undefined) {
            goals.push(live);
            untouched.push({ family, table: live });
          }
          continue;
        }
        goals.push(goal);
        const diff = diffTable(name, live, goal);
        if (diff.chains.length === 0) untouched.push({ family, table: goal });
        else changed.push({ diff, live, goal, how, ownership });
      }
      const names = handedOver(changed);
      const were = changed.flatMap(({ live, ownership }) =>
        live === undefined ? [] : [{ table: live, isOurs: ownership.ownsChain }],
      );
      warnings.push(...checkNamedState(owned), ...checkKeptState(were, owned, names.there));
      for (const change of changed) {
        const step = planStep(input, family, change, names, options);
        tables.push(step);
        const claims = claimsOn(input.claims, family, change.goal.name);
        if (addsJump(step.edits, change.goal)) diagnostics.push(...checkLoop(change.goal, claims));
      }
    }
    const planned = planSets({
      namespace: input.namespace,
      pairs: input.sets,
      rules: {
        before: () => ruleTexts(FAMILIES.flatMap((family) => input.live[family].tables)),
        after: () => ruleTexts(goals),
      },
      originOf: options.originOf,
      mayDestroy: isWhole,
    });
    sets.push(...planned.steps);
    standing.push(...standingTables(input.namespace, untouched, planned.steps));
    diagnostics.push(...planned.diagnostics);
  }
  return {
    plan: { version: 1, namespaces: inputs.map(describe), steps: inOrder(tables, sets), foreign },
    standing,
    diagnostics,
    warnings: withoutRepeats(warnings),
  };
}

/** A table that changes, and how it differs. */
type Changed = ChangedTable & { readonly diff: TableDiff; readonly how: StepOwnership };

function planStep(
  input: NamespaceInput,
  family: Family,
  { diff, live, goal, how, ownership }: Changed,
  names: HandedOver,
  options: AssembleOptions,
): TableStep {
  const { backend, namespace } = input;
  const rules = new Map(goal.chains.map((chain) => [chain.name, chain.rules]));
  const claims = claimsOn(input.claims, family, goal.name);
  // Position 0 is the policy.
  const originOf = (chain: string, position: number) => {
    const span = position === 0 ? policySpan(claims, chain) : rules.get(chain)?.[position - 1]?.span;
    return span === undefined ? undefined : options.originOf(span);
  };
  return {
    namespace,
    family,
    backend,
    table: goal.name,
    ownership: how,
    chains: viewTable(pinForeign(diff, ownership), { context: options.context, originOf }),
    before: live,
    after: goal,
    digests: { before: digestTable(live, goal.name), after: digestTable(goal, goal.name) },
    created: live === undefined,
    ...stepEdits({ live, goal, ownership }, backend, names),
  };
}

/** Where the policy of a built-in chain was written, by the first claim that gives one. */
function policySpan(claims: readonly Claim[], chain: string): Span | undefined {
  return claims.find(({ policies }) => Object.hasOwn(policies, chain))?.policySpans?.[chain];
}

/** Only a new jump to a chain can close a circle, or open a way into one. */
function addsJump(edits: readonly Transaction[], goal: Table): boolean {
  const chains = new Set(goal.chains.map((chain) => chain.name));
  return addedTexts(edits).some((text) => chains.has(jumpTarget(text)?.chain ?? ''));
}

function checkLoop(goal: Table, claims: readonly Claim[]): readonly Diagnostic[] {
  const loop = findLoop(goal);
  if (loop === undefined) return [];
  const chain = claims.flatMap((claim) => claim.chains).find((candidate) => loop.includes(candidate.name));
  const span = chain?.rules.find((rule) => loop.includes(jumpOf(rule)?.chain ?? ''))?.span;
  return [
    {
      severity: 'error',
      code: 'state.loop',
      message: `chains of table ${goal.name} jump in a circle: ${[...loop, loop[0]].join(' -> ')}`,
      hint: 'Take one of these jumps out: the kernel refuses a circle that a packet can enter.',
      ...(span === undefined ? {} : { span }),
    },
  ];
}

function disputed(table: TableName, chain: string): Diagnostic {
  const message = `chain ${chain} of table ${table} is declared, and kept as a chain of others`;
  return { severity: 'error', code: 'state.ownership', message, hint: 'Apply a state that says one of both.' };
}

function describe(input: NamespaceInput): PlannedNamespace {
  const count = (family: Family) =>
    input.live[family].tables.reduce(
      (sum, table) => sum + table.chains.reduce((rules, chain) => rules + chain.rules.length, 0),
      0,
    );
  const { namespace, backend, alsoHeldBy } = input;
  const rules = { ipv4: count('ipv4'), ipv6: count('ipv6') };
  return { namespace, backend, rules, ...(alsoHeldBy === undefined ? {} : { alsoHeldBy }) };
}
