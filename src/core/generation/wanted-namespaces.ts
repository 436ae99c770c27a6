import { namespaceLabel } from '../namespace-label.ts';
import { isUsed } from './is-used.ts';
import type { GenerationClaim, KeptNamespace } from './types.ts';

/** A table that a state has for itself. */
export type ExclusiveTable = Pick<GenerationClaim, 'family' | 'table'> & {
  readonly ownership: Extract<GenerationClaim['ownership'], { kind: 'exclusive' }>;
};

/** What is wanted of one namespace, with what goes that no prefix shows to be ours: sets, and the rules of whole tables. */
export type WantedNamespace = KeptNamespace & {
  readonly leavingSets?: readonly string[];
  readonly emptied?: readonly ExclusiveTable[];
};

/**
 * What must be wanted of the kernel to get from what a state declares now to what it declared then, or to nothing of it: chains of owners
 * that it has only now are swept, tables that only now are its own become empty, and so do namespaces that it has only now.
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
 * Tables that a state has for itself now and that it shared with others then: what it wrote there besides the chains of its owners, rules in built-in chains and
 * policies, cannot be told from what others have written since, and stays.
 */
export function sharedAgain(
  then: readonly KeptNamespace[],
  now: readonly KeptNamespace[],
): readonly (Pick<KeptNamespace, 'namespace'> & Pick<GenerationClaim, 'family' | 'table'>)[] {
  const old = byLabel(then);
  return now.flatMap(({ namespace, claims }) => {
    const was = old.get(namespaceLabel(namespace))?.claims ?? [];
    const isShared = ({ family, table }: GenerationClaim) =>
      was.some(
        (claim) =>
          claim.family === family && claim.table === table && claim.ownership.kind === 'shared' && isUsed(claim),
      );
    return claims.flatMap((claim) =>
      claim.ownership.kind === 'exclusive' && isShared(claim)
        ? [{ namespace, family: claim.family, table: claim.table }]
        : [],
    );
  });
}

function wantedOf(then: KeptNamespace | undefined, now: KeptNamespace): WantedNamespace {
  const { counted, sets, ...base } = then ?? { ...now, owners: [], claims: [] };
  const emptied = now.claims.flatMap(({ ownership, family, table }): readonly ExclusiveTable[] =>
    ownership.kind === 'exclusive' &&
    !base.claims.some((claim) => claim.family === family && claim.table === table && isUsed(claim))
      ? [{ family, table, ownership }]
      : [],
  );
  const claims = base.claims.filter(
    (claim) => !emptied.some(({ family, table }) => claim.family === family && claim.table === table),
  );
  const stays = new Set((then === undefined ? [] : (sets ?? [])).map(({ name }) => name));
  const leaving = (now.sets ?? []).flatMap(({ name }) => (stays.has(name) ? [] : [name]));
  return {
    ...base,
    owners: [...new Set([...base.owners, ...now.owners])],
    claims: [...claims, ...emptied.map(empty)],
    ...(then?.sets === undefined ? {} : { sets: then.sets }),
    ...(leaving.length === 0 ? {} : { leavingSets: leaving }),
    ...(emptied.length === 0 ? {} : { emptied }),
  };
}

function empty(claim: ExclusiveTable): GenerationClaim {
  return { ...claim, policies: {}, chains: [] };
}

function byLabel(namespaces: readonly KeptNamespace[]): ReadonlyMap<string, KeptNamespace> {
  return new Map(namespaces.map((kept) => [namespaceLabel(kept.namespace), kept]));
}
