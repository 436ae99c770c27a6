import { claimsOn } from '../desired/claim.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, TableName } from '../rules/types.ts';
import type { Generation, NumberedGeneration } from './types.ts';

/** The apply that brought a rule: the first of the unbroken run of generations, up to the newest, that declare it. */
export type Brought = {
  readonly generation: number;
  /** Earlier generations are not kept or were not looked at, so an earlier apply may have brought it. */
  readonly isOldest?: true;
  readonly at: string;
  readonly operator: string;
  readonly commit: string | undefined;
  /** `file:line`, as the state was then; a policy and a hook have none. */
  readonly origin: string | undefined;
};

/** Where one live rule comes from. */
export type Blamed = {
  readonly position: number;
  readonly text: string;
  /** Undefined for a rule that no kept generation has made. */
  readonly since?: Brought;
};

export type BlamePlace = {
  readonly namespace: string;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
};

/**
 * For each rule of a live chain the apply that brought it there. `generations` ascend.
 */
export function blameRules(
  place: BlamePlace,
  rules: readonly string[],
  generations: readonly NumberedGeneration[],
): readonly Blamed[] {
  const current = generations.map(({ generation }) => rulesOf(generation, place));
  return rules.map((text, index): Blamed => {
    let first: number | undefined;
    for (let at = current.length - 1; at >= 0 && current[at]?.has(text) === true; at -= 1) first = at;
    const found = first === undefined ? undefined : generations[first];
    if (first === undefined || found === undefined) return { position: index + 1, text };
    const { at, operator, commit } = found.generation;
    const origin = current[first]?.get(text);
    const isOldest = first === 0 && found.number > 1 ? ({ isOldest: true } as const) : {};
    const since = { generation: found.number, ...isOldest, at, operator, commit: commit?.id, origin };
    return { position: index + 1, text, since };
  });
}

function rulesOf({ namespaces }: Generation, place: BlamePlace): ReadonlyMap<string, string | undefined> {
  const claims = namespaces
    .filter((kept) => namespaceLabel(kept.namespace) === place.namespace)
    .flatMap((kept) => claimsOn(kept.claims, place.family, place.table));
  const chains = claims.flatMap((claim) => claim.chains).filter((chain) => chain.name === place.chain);
  return new Map(chains.flatMap((chain) => chain.rules.map(([text, origin]) => [text, origin] as const)));
}
