import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Backend, Family, Namespace, Policy, TableName } from '../rules/types.ts';
import type { GenerationClaim, NumberedGeneration } from './types.ts';

/** A built-in chain of one table. */
export type PolicyPlace = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
};

/** What a policy was when a generation was made: one that fw had set, the one from before fw, or unknown, because older generations are gone. */
type PolicyThen = Policy | 'before' | 'unknown';

/**
 * The policy of a chain as it was at a generation. One that is not declared is left alone by an apply, so it is what the newest generation before has made
 * of it; a return puts it back to what it was at its target, and a state that is forgotten to what it was before fw. `generations` are those since fw last
 * went back to generation 0, oldest first; where one between them is not kept any more, nothing is known of those before it.
 */
export function policyAt(generations: readonly NumberedGeneration[], place: PolicyPlace, number: number): PolicyThen {
  let index = generations.findLastIndex((one) => one.number <= number);
  for (;;) {
    const at = generations[index];
    if (at === undefined) return 'unknown';
    const declared = declaredPolicy(at.generation.namespaces, place);
    if (declared !== undefined) return declared;
    const earlier = generations[index - 1];
    if (earlier === undefined && isFirst(at)) return 'before';
    if (earlier?.number !== at.number - 1) return 'unknown';
    const left = declaredPolicy(earlier.generation.namespaces, place);
    const target = returnedTo(at.generation);
    if (left === undefined) index -= 1;
    else if (target !== undefined && target < at.number) index = generations.findIndex((one) => one.number === target);
    else return isForgotten(at.generation) ? 'before' : left;
  }
}

function isFirst({ number, generation }: NumberedGeneration): boolean {
  return number === 1 || generation.restores === 0;
}

/** The policy that is declared for a chain; in a table that a state has for itself every chain has one. */
function declaredPolicy(
  namespaces: NumberedGeneration['generation']['namespaces'],
  place: PolicyPlace,
): Policy | undefined {
  const claims = namespaces.flatMap((kept) => (isAbout(kept, place) ? kept.claims : []));
  return policyIn(claims, place);
}

export function policyIn(
  claims: readonly GenerationClaim[],
  { family, table, chain }: Omit<PolicyPlace, 'namespace' | 'backend'>,
): Policy | undefined {
  const own = claims.filter((claim) => claim.family === family && claim.table === table);
  const found = own.map(({ policies }) => policies[chain]).find((policy) => policy !== undefined);
  return found ?? (own.some(({ ownership }) => ownership.kind === 'exclusive') ? 'ACCEPT' : undefined);
}

function isAbout(kept: Pick<PolicyPlace, 'namespace' | 'backend'>, { namespace, backend }: PolicyPlace): boolean {
  return kept.backend === backend && namespaceLabel(kept.namespace) === namespaceLabel(namespace);
}

/** Where the generation is a return, of the whole folder or of its one state: the number of its target. */
function returnedTo({ restores, applied, states }: NumberedGeneration['generation']): number | undefined {
  if (restores !== undefined) return restores;
  return states.find(({ name }) => applied.includes(name))?.restores;
}

/** A state went by a plan of `fw state forget`. One whose rules were kept left its policies as well: no process has the id of that journal. */
function isForgotten({ applied, states, journal }: NumberedGeneration['generation']): boolean {
  return !journal.endsWith('-0') && applied.some((name) => states.every((state) => state.name !== name));
}
