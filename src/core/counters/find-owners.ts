import { declaredPolicy } from '../desired/claim.ts';
import type { Brought } from '../generation/blame.ts';
import type { Generation, GenerationClaim, NumberedGeneration } from '../generation/types.ts';
import { ownerOf } from '../ownership/known-programs.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { BUILTIN } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { policyText } from './list-rows.ts';
import { type CounterRow, type OwnedRow, type Owner, rowKey } from './types.ts';

type Declared = { readonly state: string; readonly origin: string | undefined };

/** Looks for the apply that brought each row, in generations from the newest to the oldest. */
type OwnerSearch = {
  /** Takes in the next generation. False when no earlier one could tell more. */
  see(numbered: NumberedGeneration): boolean;
  /** The rows with their owners, by what was seen. */
  owned(): readonly OwnedRow[];
};

/** A policy, and the jump from a built-in chain to one of a state, count as declared as well. */
export function searchOwners(rows: readonly CounterRow[]): OwnerSearch {
  const found = new Map<string, { readonly state: string; readonly brought: Brought }>();
  let open: ReadonlySet<string> = new Set(rows.map(rowKey));
  let seen = 0;
  return {
    see({ number, generation }) {
      const { at, operator, commit } = generation;
      const still = new Set<string>();
      for (const [key, { state, origin }] of declaredIn(generation)) {
        if (!open.has(key)) continue;
        still.add(key);
        const brought = { generation: number, at, operator, commit: commit?.id, origin };
        // Whose it is says the newest generation, which is seen first.
        found.set(key, { state: found.get(key)?.state ?? state, brought });
      }
      open = still;
      seen = number;
      return open.size > 0;
    },
    owned: () =>
      rows.map((row): OwnedRow => {
        const key = rowKey(row);
        const known = found.get(key);
        if (known === undefined) return { ...row, owner: otherOwner(row) };
        const isOldest = open.has(key) && seen > 1 ? ({ isOldest: true } as const) : {};
        return { ...row, owner: { kind: 'state', state: known.state, ...known.brought, ...isOldest } };
      }),
  };
}

/** A program by the name of the chain, or of the one that the rule leads to. */
function otherOwner(row: CounterRow): Owner {
  if (row.text === policyText('ACCEPT')) return { kind: 'kernel' };
  const program = ownerOf(row.chain) ?? ownerOf(row.position === undefined ? '' : (jumpOf(row)?.chain ?? ''));
  return program === undefined ? { kind: 'foreign' } : { kind: 'program', program };
}

function declaredIn({ namespaces }: Generation): ReadonlyMap<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const { namespace, claims } of namespaces) {
    for (const claim of claims) addClaim(declared, namespaceLabel(namespace), claim);
  }
  return declared;
}

function addClaim(declared: Map<string, Declared>, namespace: string, claim: GenerationClaim): void {
  const { family, table, chains, state = '' } = claim;
  const add = (chain: string, text: string, origin?: string) =>
    declared.set(rowKey({ namespace, family, table, chain, text }), { state, origin });
  for (const { name, hookInto, rules } of chains) {
    if (hookInto !== undefined) add(hookInto, `-j ${name}`);
    for (const [text, origin] of rules) add(name, text, origin);
  }
  for (const chain of BUILTIN[table]) {
    // A state that owns a table exclusively has made the policy ACCEPT where it declares none.
    const policy = declaredPolicy(claim, chain) ?? (claim.ownership.kind === 'exclusive' ? 'ACCEPT' : undefined);
    if (policy !== undefined) add(chain, policyText(policy));
  }
}
