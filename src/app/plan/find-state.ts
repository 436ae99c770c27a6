import type { DesiredNamespace, DesiredState } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { claimedByDocuments } from '../../core/generation/states/claimed-by.ts';
import { type Claimed, findClaimConflicts } from '../../core/generation/states/find-claim-conflicts.ts';
import { mayBeTheSame, takeOver } from '../../core/generation/states/take-over.ts';
import { type FoundState, nameAtPath, whichState } from '../../core/generation/states/which-state.ts';
import type { Generation } from '../../core/generation/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { isSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * The state that a plan is about, among those that the newest generation holds. Throws `state.invalid` when the documents and the command
 * line call it differently, and when it was applied by a name that this run does not give.
 */
export async function findState(
  ports: Pick<Ports, 'fullPath' | 'isThere'>,
  options: { readonly state: string; readonly stateName?: string | undefined },
  desired: DesiredState,
  newest: Generation | undefined,
  sources: Sources,
): Promise<FoundState> {
  const { state: typed, stateName } = options;
  const path = ports.fullPath(typed);
  const written = desired.name;
  if (written !== undefined && stateName !== undefined && written.value !== stateName) {
    const message = `The documents call the state ${written.value}, --state-name calls it ${stateName}`;
    throw new FwError('state.invalid', message, {
      diagnostics: [{ severity: 'error', code: 'state.contradiction', message, span: written.span }],
      sources,
      next: 'Let one of the two decide.',
    });
  }
  const name = written?.value ?? stateName;
  const states = newest?.states ?? [];
  const found = whichState(states, { ...(name === undefined ? {} : { name }), path, typed });
  const before = name === undefined && found.known === undefined ? nameAtPath(states, path) : undefined;
  if (before !== undefined) {
    throw new FwError('state.invalid', `The state at ${path} was last applied as ${before}, and this run names none`, {
      next: `Write \`state: ${before}\` into one of its documents, or pass --state-name ${before}.`,
    });
  }
  return takeOverGone(ports, found, claimedByDocuments(desired.namespaces));
}

/** A state without a name is still itself where its files are elsewhere now: nothing is at its old path any more. */
export async function takeOverGone(
  { isThere }: Pick<Ports, 'isThere'>,
  found: FoundState,
  claimed: readonly Claimed[],
): Promise<FoundState> {
  const candidates = mayBeTheSame(found, claimed);
  const there = await Promise.all(candidates.map(({ path }) => isThere(path)));
  return takeOver(
    found,
    candidates.filter((_, index) => there[index] === false),
  );
}

/** Throws `state.invalid` when another state of the data folder has what the selected part of this one claims. */
export function checkClaims(
  namespaces: readonly DesiredNamespace[],
  selection: Selection,
  { name, others }: Pick<FoundState, 'name' | 'others'>,
  sources: Sources,
): void {
  const claimed = claimedByDocuments(namespaces).map((one) => {
    const name = namespaceLabel(one.namespace);
    return { ...one, tables: one.tables.filter(({ family, table }) => isSelected(selection, name, family, table)) };
  });
  const diagnostics = findClaimConflicts(claimed, others);
  if (diagnostics.length === 0) return;
  throw new FwError('state.invalid', `the state ${name} claims what another state of this data folder has`, {
    diagnostics,
    sources,
  });
}
