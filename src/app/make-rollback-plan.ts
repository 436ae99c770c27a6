import { FwError } from '../core/errors.ts';
import { claimsOf } from '../core/generation/generation-of.ts';
import type { Generation } from '../core/generation/types.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { assemble, type NamespaceInput } from '../core/plan/assemble.ts';
import type { Ports } from '../ports.ts';
import type { MadePlan } from './make-plan.ts';
import { readLive } from './read-live.ts';

/**
 * A plan from what is live now to what a generation declared. Its rules are in the kernel's spelling already; rules of others that came
 * since stay. A namespace that is gone since is left out, with a warning: there is nothing in it to bring back.
 */
export async function makeRollbackPlan(
  ports: Ports,
  generation: Pick<Generation, 'namespaces'>,
  options: { readonly context: number; readonly label: string },
): Promise<MadePlan> {
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'reading live rules needs CAP_NET_ADMIN');
  ports.report({ kind: 'phase', phase: 'read' });
  const existing = new Set(await ports.kernel.namespaces());
  const isHere = ({ namespace }: Generation['namespaces'][number]) =>
    namespace.kind === 'host' || existing.has(namespace.name);
  const here = generation.namespaces.filter(isHere);
  const live = await readLive(ports.kernel, here);
  ports.report({ kind: 'phase', phase: 'plan' });
  const inputs = here.map((kept, index): NamespaceInput => {
    const found = live[index];
    if (found === undefined) throw new Error(`no live rules for ${namespaceLabel(kept.namespace)}`);
    return {
      namespace: kept.namespace,
      backend: kept.backend,
      owners: kept.owners,
      live: found.rulesets,
      claims: claimsOf(kept),
    };
  });
  const { plan, tables, diagnostics } = assemble(inputs, { context: options.context, originOf: () => options.label });
  const gone = generation.namespaces
    .filter((kept) => !isHere(kept))
    .map(({ namespace }) => ({
      severity: 'warning' as const,
      code: 'rollback.namespace-gone',
      message: `the namespace ${namespaceLabel(namespace)} is gone; it is left out`,
    }));
  return { plan, sources: new Map(), warnings: [...gone, ...diagnostics], tables, namespaces: () => here };
}
