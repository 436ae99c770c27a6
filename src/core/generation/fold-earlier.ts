import { isOwnedBy } from '../rules/hook-chain.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { mergeStates } from './merge-states.ts';
import type { Generation, GenerationClaim, KeptNamespace, KeptState, NumberedGeneration } from './types.ts';

/** State of a return, as version 1 wrote it. */
const RETURN = /^generation ([0-9]{1,9})$/;

/**
 * A generation of version 1, which holds the one state that was applied, completed by what the generations before it declared. Of that is
 * left what this apply did not take away: in version 1 an apply made the chains of its owners, and its exclusive tables, exactly as its
 * own state declared them, in each of its namespaces.
 */
export function foldEarlier(
  before: Generation | undefined,
  { number, generation }: NumberedGeneration,
  nameAt: (number: number) => string | undefined,
): Generation {
  const [only] = generation.states;
  if (only === undefined) return generation;
  const name = nameOf(only, number, nameAt);
  const known = before?.states.find((state) => state.name === name);
  const now = { ...only, name, path: known?.path ?? name };
  const kept = (before?.states ?? []).flatMap((state) => (state === known ? [now] : leftOf(state, only)));
  const states = known === undefined ? [...kept, now] : kept;
  return { ...generation, applied: [name], states, namespaces: mergeStates(states) };
}

/** A return is about the state of the generation that it went to. */
function nameOf({ name }: KeptState, number: number, nameAt: (number: number) => string | undefined): string {
  const target = Number(RETURN.exec(name)?.[1] ?? number);
  return target < number ? (nameAt(target) ?? name) : name;
}

function leftOf(state: KeptState, applied: KeptState): readonly KeptState[] {
  const fresh = new Map(applied.namespaces.map((kept) => [namespaceLabel(kept.namespace), kept]));
  const namespaces = state.namespaces.flatMap((kept): readonly KeptNamespace[] => {
    const over = fresh.get(namespaceLabel(kept.namespace));
    return over === undefined ? [kept] : without(kept, over);
  });
  return namespaces.length === 0 ? [] : [{ ...state, namespaces }];
}

function without(kept: KeptNamespace, over: KeptNamespace): readonly KeptNamespace[] {
  const claims = kept.claims.filter((claim) => !over.claims.some((other) => replaces(other, claim)) && !isSwept(claim));
  function isSwept({ ownership }: GenerationClaim): boolean {
    return ownership.kind === 'shared' && over.owners.includes(ownership.owner);
  }
  const taken = new Set(over.sets.map((set) => set.name));
  const sets = kept.sets.filter(
    (set) => !taken.has(set.name) && !over.owners.some((owner) => isOwnedBy(owner, set.name)),
  );
  if (claims.length === 0 && sets.length === 0) return [];
  const owners = kept.owners.filter((owner) => !over.owners.includes(owner));
  return [{ ...kept, owners, claims, sets }];
}

/** Whether the other claim was applied over the whole of this one's table. */
function replaces(other: GenerationClaim, { family, table, ownership }: GenerationClaim): boolean {
  if (other.family !== family || other.table !== table) return false;
  return other.ownership.kind === 'exclusive' || ownership.kind === 'exclusive';
}
