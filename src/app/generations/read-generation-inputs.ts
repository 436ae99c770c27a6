import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { claimsOf } from '../../core/generation/generation-of.ts';
import { otherStates, othersIn, withoutOthers } from '../../core/generation/states/other-states.ts';
import type { WantedNamespace } from '../../core/generation/states/wanted-namespaces.ts';
import type { KeptState } from '../../core/generation/types.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family, Namespace, TableName } from '../../core/rules/types.ts';
import { pairKept } from '../../core/sets/keep-sets.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Live, readLive } from '../live/read-live.ts';
import { readSets } from '../live/read-sets.ts';
import { warnOtherBackend } from '../plan/other-backend.ts';
import { judgeHidden, needsTable } from '../save-proof/hidden-table.ts';
import { proveLive } from '../save-proof/prove-live.ts';

type GenerationInputs = {
  readonly inputs: readonly NamespaceInput[];
  /** The namespaces that exist. */
  readonly here: readonly WantedNamespace[];
  /** Those that are gone since. */
  readonly gone: readonly Namespace[];
  /** Parallel to the inputs. */
  readonly live: readonly Live[];
  readonly warnings: readonly Diagnostic[];
};

/**
 * What is wanted, as a generation declared it, beside what is live in its namespaces now. A namespace that is gone since is named apart: there
 * is nothing in it to compare or to bring back.
 */
export async function readGenerationInputs(
  ports: Ports,
  generation: { readonly namespaces: readonly WantedNamespace[] },
  others: readonly KeptState[] = [],
): Promise<GenerationInputs> {
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'reading live rules needs CAP_NET_ADMIN');
  ports.report({ kind: 'phase', phase: 'read' });
  const existing = new Set(await ports.kernel.namespaces());
  const isHere = ({ namespace }: WantedNamespace) => namespace.kind === 'host' || existing.has(namespace.name);
  const here = generation.namespaces.filter(isHere);
  const { live, unproven } = await proveLive(ports, await readLive(ports.kernel, here));
  const hidden = judgeHidden(live, (index, one) => {
    const { owners = [], claims = [] } = here[index] ?? {};
    const declares = (family: Family, table: TableName) =>
      claims.some((claim) => claim.family === family && claim.table === table);
    return needsTable({ owners, declares }, one);
  });
  const liveSets = await readSets(
    ports.kernel,
    here.map(({ namespace, owners, sets, leavingSets = [] }) => ({
      namespace,
      owners,
      declared: [...sets.map(({ name }) => name), ...leavingSets],
    })),
  );
  const gone = generation.namespaces.filter((kept) => !isHere(kept)).map(({ namespace }) => namespace);
  const elsewhere = otherStates(others);
  const inputs = here.map((kept, index): NamespaceInput => {
    const found = live[index];
    if (found === undefined) throw new Error(`no live rules for ${namespaceLabel(kept.namespace)}`);
    const { namespace, backend, owners } = kept;
    const theirs = othersIn(elsewhere, namespace);
    const sets = pairKept(kept.sets, withoutOthers(liveSets[index] ?? [], theirs));
    const also = found.alsoHeldBy === undefined ? {} : { alsoHeldBy: found.alsoHeldBy };
    return { namespace, backend, ...also, owners, others: theirs, live: found.rulesets, claims: claimsOf(kept), sets };
  });
  return { inputs, here, gone, live, warnings: [...unproven, ...hidden, ...warnOtherBackend(live)] };
}
