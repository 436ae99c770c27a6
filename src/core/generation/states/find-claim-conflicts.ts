import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { Backend, Family, Namespace, TableName } from '../../rules/types.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { GenerationClaim, KeptNamespace, KeptState } from '../types.ts';
import { isUsed } from './wanted-namespaces.ts';
import { isUnnamed } from './which-state.ts';

/** What one state wants to have for itself in one namespace. */
export type Claimed = {
  readonly namespace: Namespace;
  readonly backend: Backend | 'auto';
  readonly tables: readonly {
    readonly family: Family;
    readonly table: TableName;
    readonly isExclusive: boolean;
    readonly chains: readonly { readonly name: string; readonly span?: Span }[];
    readonly policies: readonly { readonly chain: string; readonly span?: Span }[];
  }[];
  readonly sets: readonly { readonly name: string; readonly span?: Span }[];
};

type ClaimedTable = Claimed['tables'][number];

/** One thing that two states want. */
type Conflict = {
  readonly what: string;
  readonly family?: Family;
  readonly state: KeptState;
  readonly how?: string | undefined;
  readonly span?: Span | undefined;
};

/**
 * What a state claims and another state of the data folder has: a chain, a policy, a set, or any part of a table that one of the two has for
 * itself. The second state would undo the first, so this is an error before anything is planned.
 */
export function findClaimConflicts(claimed: readonly Claimed[], others: readonly KeptState[]): readonly Diagnostic[] {
  if (others.length === 0) return [];
  const found = claimed.flatMap((own) =>
    others.flatMap((state) => {
      const label = namespaceLabel(own.namespace);
      const kept = state.namespaces.find(({ namespace }) => namespaceLabel(namespace) === label);
      return kept === undefined ? [] : conflictsWith(own, kept, state);
    }),
  );
  const groups = new Map<string, Conflict[]>();
  for (const one of found) {
    const key = JSON.stringify([one.what, one.state.name, one.span?.file, one.span?.start]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(describe);
}

function conflictsWith(own: Claimed, kept: KeptNamespace, state: KeptState): readonly Conflict[] {
  const where = namespaceLabel(own.namespace);
  if (own.backend !== 'auto' && own.backend !== kept.backend && kept.claims.length > 0) {
    const how = `it has its rules in ${kept.backend}, this one in ${own.backend}`;
    return [{ what: `The backend of ${where}`, state, how }];
  }
  const tables = own.tables.flatMap((table) =>
    kept.claims
      .filter((claim) => claim.family === table.family && claim.table === table.table)
      .flatMap((claim) => tableConflicts(where, table, claim, state)),
  );
  const theirs = new Set(kept.sets.map(({ name }) => name));
  const sets = own.sets.filter(({ name }) => theirs.has(name));
  return [...tables, ...sets.map(({ name, span }) => ({ what: `Set ${name} of ${where}`, state, span }))];
}

function tableConflicts(
  where: string,
  own: ClaimedTable,
  claim: GenerationClaim,
  state: KeptState,
): readonly Conflict[] {
  const { family, isExclusive } = own;
  const table = `table ${own.table} of ${where}`;
  const isTheirs = claim.ownership.kind === 'exclusive';
  const isWanted = isExclusive || own.chains.length + own.policies.length > 0;
  if ((isExclusive || isTheirs) && isWanted && isUsed(claim)) {
    const span = own.chains.map((chain) => chain.span).find((one) => one !== undefined);
    const place = claim.chains.map(placeOf).find((one) => one !== undefined);
    const how = [
      isTheirs ? 'it has the whole table' : 'this one wants the whole table',
      ...(place === undefined ? [] : [place]),
    ];
    return [{ what: `The ${table}`, family, state, how: how.join(', '), span }];
  }
  const chains = own.chains.flatMap(({ name, span }): readonly Conflict[] => {
    const current = claim.chains.find((chain) => chain.name === name);
    return current === undefined
      ? []
      : [{ what: `Chain ${name} in ${table}`, family, state, how: placeOf(current), span }];
  });
  const policies = own.policies.flatMap(({ chain, span }): readonly Conflict[] => {
    if (!Object.hasOwn(claim.policies, chain)) return [];
    // A generation does not keep where a policy was written.
    const current = claim.chains.find(({ name, hookInto }) => name === chain || hookInto === chain);
    const place = current === undefined ? undefined : placeOf(current);
    const how = place === undefined ? undefined : `its rules of ${chain} are ${place}`;
    return [{ what: `The policy of ${chain} in ${table}`, family, state, how, span }];
  });
  return [...chains, ...policies];
}

function placeOf({ rules }: GenerationClaim['chains'][number]): string | undefined {
  const origin = rules.map(([, place]) => place).find((place) => place !== undefined);
  return origin === undefined ? undefined : `written at ${origin}`;
}

/** The same in both families is one mistake. */
function describe(conflicts: readonly Conflict[]): readonly Diagnostic[] {
  const [first] = conflicts;
  if (first === undefined) return [];
  const { what, state, how, span } = first;
  const families = conflicts.flatMap(({ family }) => family ?? []);
  const who = isUnnamed(state) ? `the state at ${state.path}` : `the state ${state.name} (${state.path})`;
  const message = `${what}${families.length === 0 ? '' : ` (${families.join(', ')})`} belongs to ${who}, applied ${state.at.slice(0, 10)}`;
  return [
    {
      severity: 'error',
      code: 'state.conflict',
      message: how === undefined ? message : `${message}: ${how}`,
      ...(span === undefined ? {} : { span }),
      hint: hintFor(state),
    },
  ];
}

function hintFor(state: KeptState): string {
  const apart = 'Let one of the two states have it, or give this one an `owner:` of its own.';
  if (!isUnnamed(state)) return `${apart} If both are the same state, give it the same name.`;
  return `${apart} If it is one state that lies elsewhere now, give it a name: fw state rename ${shellWord(state.path)} NAME, then run this again with --state-name NAME.`;
}
