import { claimsOn } from '../../desired/claim.ts';
import type { DesiredNamespace } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { GenerationClaim, KeptNamespace } from '../types.ts';

/**
 * What the state declared in the newest generation and no document of it is about any more: a namespace, an owner, a table of an exclusive document. fw
 * leaves all of it alone, because nothing in the state says that it is to go. `existing` are the names under /run/netns.
 */
export function findAbandoned(
  { number, kept: namespaces }: { readonly number: number; readonly kept: readonly KeptNamespace[] },
  desired: readonly DesiredNamespace[],
  existing: readonly string[],
): readonly Diagnostic[] {
  const there = new Set(existing);
  const wanted = new Map(desired.map((one) => [namespaceLabel(one.namespace), one]));
  return namespaces.flatMap((kept) => {
    const name = namespaceLabel(kept.namespace);
    if (kept.namespace.kind === 'named' && !there.has(name)) return [];
    const now = wanted.get(name);
    const things = now === undefined ? wholeOf(kept) : partsOf(kept, now);
    return things.length === 0 ? [] : [describe(name, now === undefined, things, number)];
  });
}

function wholeOf({ claims, sets }: KeptNamespace): readonly string[] {
  const chains = claims.reduce((sum, claim) => sum + claim.chains.length, 0);
  const policies = claims.reduce((sum, claim) => sum + Object.keys(claim.policies).length, 0);
  return [
    ...count(chains, 'chain', 'chains'),
    ...count(policies, 'policy', 'policies'),
    ...count(sets.length, 'set', 'sets'),
  ];
}

function count(number: number, one: string, many: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
}

function partsOf({ claims }: KeptNamespace, now: DesiredNamespace): readonly string[] {
  const gone = claims
    .filter(({ chains, policies }) => chains.length + Object.keys(policies).length > 0)
    .flatMap((claim) => partOf(claim, now) ?? []);
  return [...new Set(gone)];
}

/** Chains of an owner that is still named go by themselves; so does what an exclusive document left out of a table that it still declares. */
function partOf({ ownership, family, table }: GenerationClaim, now: DesiredNamespace): string | undefined {
  if (ownership.kind === 'shared') {
    return now.owners.includes(ownership.owner) ? undefined : `what the owner ${ownership.owner} declared`;
  }
  const found = claimsOn(now.claims, family, table);
  if (found.length === 0) return `the ${family} table ${table}`;
  // In a shared table fw touches nothing but chains of its owners.
  const isShared = found.every((claim) => claim.ownership.kind === 'shared');
  return isShared ? `rules and policies of the ${family} table ${table}, which is shared with others now` : undefined;
}

function describe(name: string, isWhole: boolean, things: readonly string[], number: number): Diagnostic {
  return {
    severity: 'warning',
    code: 'state.abandoned',
    message: isWhole
      ? `No document is about ${name} any more; what generation ${number} declared there stays: ${things.join(', ')}`
      : `No document declares any more what generation ${number} had in ${name}, so it stays: ${things.join(', ')}`,
    hint: isWhole
      ? `fw apply --destroy ${shellWord(name)} takes it away.`
      : 'To take it away, leave a document that declares it with empty chains, apply with --allow-empty, then remove it. For an owner that has another name now write `moved: {owner: OLD}`.',
  };
}
