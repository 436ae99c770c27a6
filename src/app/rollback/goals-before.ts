import { claimsOn } from '../../core/desired/claim.ts';
import type { ExclusiveTable, WantedNamespace } from '../../core/generation/states/wanted-namespaces.ts';
import { wasExclusiveBefore } from '../../core/generation/states/was-exclusive-before.ts';
import type { GenerationClaim, KeptNamespace } from '../../core/generation/types.ts';
import { tableKey, writtenBy } from '../../core/generation-zero/extend-before.ts';
import { goalBefore, type LeftoverRule, leftoverRules } from '../../core/generation-zero/goal-before.ts';
import { adopt } from '../../core/ownership/adopt.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Backend, Namespace, Table } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { numberedSinceBefore } from './since-before.ts';

type GivenUp = ExclusiveTable & { readonly namespace: Namespace; readonly backend: Backend };

/** A table that is shared again, and why nothing tells what was there. */
type UnknownShare = GivenUp & { readonly why: string };

/** What becomes of tables that a state had for itself and gives up, or shares again. */
export type GoalsBefore = {
  /** Those that become what they were before fw, by generation 0; all others become empty. */
  readonly known: readonly (GivenUp & { readonly isNew: boolean })[];
  readonly unknown: readonly GivenUp[];
  /** Those that become what they were before the state took them, with what is declared in them. */
  readonly shared: readonly GivenUp[];
  /** Those of which nothing tells what was there: rules of the state stay. */
  readonly stays: readonly UnknownShare[];
  /** The whole tables that are wanted in a namespace, beside what is live in it. */
  readonly goalsOf: (input: NamespaceInput) => NonNullable<NamespaceInput['goals']>;
  /** Rules of the state that stay in the tables of which nothing is known. */
  readonly leftoversOf: (
    input: NamespaceInput,
  ) => readonly (UnknownShare & { readonly rules: readonly LeftoverRule[] })[];
};

const NONE: GoalsBefore = {
  known: [],
  unknown: [],
  shared: [],
  stays: [],
  goalsOf: () => new Map(),
  leftoversOf: () => [],
};

/**
 * Looks up in generation 0 what stood in the tables that are given up, and in those that are shared again before the state took them. A state may keep less of a
 * table than fw ever had: what it left to others stays.
 */
export async function goalsBefore(
  ports: Ports,
  wanted: readonly WantedNamespace[],
  now: readonly KeptNamespace[],
  target: number | undefined,
): Promise<GoalsBefore> {
  const all = tablesOf(wanted, ({ emptied }) => emptied);
  const again = tablesOf(wanted, ({ sharedAgain }) => sharedAgain);
  if (all.length + again.length === 0) return NONE;
  const record = await ports.before.read();
  const entries = new Map(
    (record?.namespaces ?? []).flatMap(({ namespace, tables }) =>
      tables.map((one) => [tableKey({ namespace, ...one }), one] as const),
    ),
  );
  const entryOf = (one: GivenUp) => {
    const entry = entries.get(tableKey(one));
    return entry === undefined || entry.isUnknown || entry.isLeft ? undefined : entry;
  };
  const generations = await numberedSinceBefore(ports);
  const written = writtenBy(generations.map(({ generation }) => generation));
  // Where fw has written nothing since the state took the table, the state brought nothing.
  const taken = again.filter((one) => {
    const entry = entries.get(tableKey(one));
    return entry === undefined || entry.isUnknown || (!entry.isLeft && entry.ownership.kind === 'exclusive');
  });
  const whyUnknown = (one: GivenUp): string | undefined => {
    const entry = entryOf(one);
    if (entry === undefined) return 'generation 0 does not know what was there before fw';
    if (target === undefined || !wasExclusiveBefore(generations, one, target, entry.exclusiveAt)) return undefined;
    return `a state may have had the table for itself before generation ${target} too, and what that left there is not kept`;
  };
  const shared = taken.filter((one) => whyUnknown(one) === undefined);
  const stays = taken.flatMap((one) => {
    const why = whyUnknown(one);
    return why === undefined ? [] : [{ ...one, why }];
  });
  const goalOf = (one: GivenUp, live: Table | undefined) => {
    const entry = entryOf(one);
    const texts = written.get(tableKey(one)) ?? new Map();
    return entry === undefined ? undefined : goalBefore({ ...entry, ownership: one.ownership }, live, texts);
  };
  return {
    known: all.flatMap((one) => {
      const entry = entryOf(one);
      return entry === undefined ? [] : [{ ...one, isNew: entry.before === null }];
    }),
    unknown: all.filter((one) => entryOf(one) === undefined),
    shared,
    stays,
    goalsOf: (input) =>
      new Map(
        [...all, ...shared].filter(isIn(input)).flatMap((one) => {
          const { family, table, ownership } = one;
          const goal = goalOf(one, liveOf(input, one));
          if (goal === undefined) return [];
          const claims = shared.includes(one) ? claimsOn(input.claims, family, table) : undefined;
          const others = input.others?.chains[family].get(table) ?? [];
          const whole = claims === undefined ? goal : adopt(table, goal, claims, input.owners, others);
          return [[`${family} ${table}`, { table: whole, ownership }] as const];
        }),
      ),
    leftoversOf: (input) =>
      stays.filter(isIn(input)).map((one) => {
        const claims = claimsOn(input.claims, one.family, one.table);
        const goal = adopt(one.table, liveOf(input, one), claims, input.owners);
        return { ...one, rules: leftoverRules(goal, one.claim ?? claimNow(now, one), input.owners) };
      }),
  };
}

function tablesOf(
  wanted: readonly WantedNamespace[],
  pick: (one: WantedNamespace) => readonly ExclusiveTable[] | undefined,
): readonly GivenUp[] {
  return wanted.flatMap((one) => (pick(one) ?? []).map((table) => ({ ...pickPlace(one), ...table })));
}

function pickPlace({ namespace, backend }: WantedNamespace): Pick<GivenUp, 'namespace' | 'backend'> {
  return { namespace, backend };
}

function isIn(input: NamespaceInput) {
  return ({ namespace, backend }: GivenUp) =>
    namespaceLabel(namespace) === namespaceLabel(input.namespace) && backend === input.backend;
}

function liveOf({ live }: NamespaceInput, { family, table }: GivenUp): Table | undefined {
  return live[family].tables.find(({ name }) => name === table);
}

function claimNow(now: readonly KeptNamespace[], one: GivenUp): GenerationClaim | undefined {
  const kept = now.find(({ namespace }) => namespaceLabel(namespace) === namespaceLabel(one.namespace));
  return claimsOn(kept?.claims ?? [], one.family, one.table)[0];
}
