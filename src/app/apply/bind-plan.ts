import type { NamespaceIdentity } from '../../core/identity/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { bindNamespaces, namespacesOf } from '../live/bind-namespaces.ts';
import type { MadePlan } from '../plan/make-plan.ts';

/** The namespaces of an apply, as the names stand for them now. */
export type Identities = {
  readonly written: readonly NamespaceIdentity[];
  /** With those that only checks start in: one that is deleted before the end takes everything back, as one that is written does. */
  readonly all: readonly NamespaceIdentity[];
};

/** Binds the names of a plan and its checks: until `close` everything is done in the namespaces that they stand for now, whatever becomes of the names. */
export function bindPlan(
  kernel: Kernel,
  { plan, checks }: Pick<MadePlan, 'plan' | 'checks'>,
): { readonly identities: () => Promise<Identities>; readonly close: () => void } {
  const written = namespacesOf(plan.steps);
  const bound = bindNamespaces(kernel, written);
  const from = checks.map((check) => ({ namespace: check.from }));
  const checked = bindNamespaces(kernel, namespacesOf([...plan.steps, ...from]).slice(written.length));
  return {
    identities: async () => {
      const identities = await bound.identities();
      return { written: identities, all: [...identities, ...(await checked.identities())] };
    },
    close: () => {
      checked.close();
      bound.close();
    },
  };
}
