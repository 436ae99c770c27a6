import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { Generation, GenerationClaim, KeptNamespace } from '../types.ts';

/** A table that a state has for itself. */
export type ExclusiveTable = Pick<GenerationClaim, 'family' | 'table'> & {
  readonly ownership: Extract<GenerationClaim['ownership'], { kind: 'exclusive' }>;
  /** What it declared there, where that is not what it declares now. */
  readonly claim?: GenerationClaim;
};

/** What is wanted of one namespace, with what goes that no prefix shows to be ours: sets, and the rules of whole tables. */
export type WantedNamespace = KeptNamespace & {
  readonly leavingSets?: readonly string[];
  readonly emptied?: readonly ExclusiveTable[];
  /** Tables that a state has for itself now and that it shared with others then. */
  readonly sharedAgain?: readonly ExclusiveTable[];
};

/**
 * What must be wanted of the kernel to get from what a state declares now to what it declared then, or to nothing of it: chains of owners
 * that it has only now are swept, tables that only now are its own become empty, and so do namespaces that it has only now. Tables of its own that it
 * shared then are named, because no prefix tells what it put there.
 */
export function wantedNamespaces(
  then: readonly KeptNamespace[],
  now: readonly KeptNamespace[],
): readonly WantedNamespace[] {
  const [old, fresh] = [byLabel(then), byLabel(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((label): readonly WantedNamespace[] => {
    const [was, is] = [old.get(label), fresh.get(label)];
    if (is === undefined) return was === undefined ? [] : [was];
    return [wantedOf(was, is)];
  });
}

/**
 * The same, with tables that some states had for themselves in a generation since the one that is gone back to, and that an apply made shared: what they put there stayed.
 * `since` are those generations, the newest last.
 */
export function withFormerTables(
  wanted: readonly WantedNamespace[],
  since: readonly Generation[],
  names: ReadonlySet<string>,
): readonly WantedNamespace[] {
  const kept = since.flatMap(({ states }) =>
    states.filter(({ name }) => names.has(name)).flatMap((state) => state.namespaces),
  );
  return wanted.map((one) => {
    const { namespace, backend, claims, emptied = [], sharedAgain = [] } = one;
    const label = namespaceLabel(namespace);
    const former = new Map<string, ExclusiveTable>();
    for (const claim of kept
      .filter((was) => namespaceLabel(was.namespace) === label && was.backend === backend)
      .flatMap((was) => was.claims)) {
      const { family, table, ownership } = claim;
      const isSame = (other: Pick<GenerationClaim, 'family' | 'table'>) =>
        other.family === family && other.table === table;
      const isKnown = [...emptied, ...sharedAgain].some(isSame);
      const isOwn = claims.some((wish) => isSame(wish) && wish.ownership.kind === 'exclusive');
      if (ownership.kind === 'exclusive' && !isKnown && !isOwn)
        former.set(`${family} ${table}`, { family, table, ownership, claim });
    }
    return former.size === 0 ? one : { ...one, sharedAgain: [...sharedAgain, ...former.values()] };
  });
}

function wantedOf(then: KeptNamespace | undefined, now: KeptNamespace): WantedNamespace {
  // Rules of the other backend are none of a plan for this one: the plan says that they stay.
  if (then !== undefined && then.backend !== now.backend) {
    const { counted, ...base } = then;
    const stays = new Set(then.sets.map(({ name }) => name));
    const leaving = now.sets.flatMap(({ name }) => (stays.has(name) ? [] : [name]));
    return { ...base, ...(leaving.length === 0 ? {} : { leavingSets: leaving }) };
  }
  const { counted, ...base } = then ?? { ...now, owners: [], claims: [], sets: [] };
  const exclusive = now.claims.flatMap(({ ownership, family, table }): readonly ExclusiveTable[] =>
    ownership.kind === 'exclusive' ? [{ family, table, ownership }] : [],
  );
  const used = ({ family, table }: ExclusiveTable) =>
    base.claims.filter((claim) => claim.family === family && claim.table === table && isUsed(claim));
  const emptied = exclusive.filter((one) => used(one).length === 0);
  const sharedAgain = exclusive.filter((one) => used(one).some(({ ownership }) => ownership.kind === 'shared'));
  const claims = base.claims.filter(
    (claim) => !emptied.some(({ family, table }) => claim.family === family && claim.table === table),
  );
  const stays = new Set(base.sets.map(({ name }) => name));
  const leaving = now.sets.flatMap(({ name }) => (stays.has(name) ? [] : [name]));
  return {
    ...base,
    owners: [...new Set([...base.owners, ...now.owners])],
    claims: [...claims, ...emptied.map(empty)],
    ...(leaving.length === 0 ? {} : { leavingSets: leaving }),
    ...(emptied.length === 0 ? {} : { emptied }),
    ...(sharedAgain.length === 0 ? {} : { sharedAgain }),
  };
}

function empty(claim: ExclusiveTable): GenerationClaim {
  return { ...claim, policies: {}, chains: [] };
}

function byLabel(namespaces: readonly KeptNamespace[]): ReadonlyMap<string, KeptNamespace> {
  return new Map(namespaces.map((kept) => [namespaceLabel(kept.namespace), kept]));
}

/** Whether a claim has anything of its table: of an exclusive one this is the table itself. */
export function isUsed({ ownership, chains, policies }: GenerationClaim): boolean {
  return ownership.kind === 'exclusive' || chains.length > 0 || Object.keys(policies).length > 0;
}
