import type { AppliedIn, MadeIn, NamespaceIdentity } from '../../core/identity/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { namespacesOf } from '../live/bind-namespaces.ts';
import type { MadePlan } from '../plan/make-plan.ts';

/** Which namespaces the names stand for now, to be written down and shown later. Undefined where that cannot be learned: it is no reason to fail. */
export async function seeNamespaces(
  { kernel, journal }: Pick<Ports, 'kernel' | 'journal'>,
  namespaces: readonly Namespace[],
): Promise<MadeIn | undefined> {
  try {
    const [here, found] = await Promise.all([
      journal.here(),
      namespaces.length === 0 ? [] : kernel.identify(namespaces, 'cookie'),
    ]);
    return { ...here, namespaces: found };
  } catch {
    return undefined;
  }
}

/** Begins to look at the namespaces of a plan in which it changes nothing. Those that it changes are bound meanwhile; the returned function takes them. */
export function seeUnchanged(
  ports: Pick<Ports, 'kernel' | 'journal'>,
  { plan }: Pick<MadePlan, 'plan'>,
): (
  bound: readonly NamespaceIdentity[],
  occasion: Pick<AppliedIn, 'at' | 'journal'>,
) => Promise<AppliedIn | undefined> {
  const changed = new Set(namespacesOf(plan.steps).map(namespaceLabel));
  const rest = plan.namespaces.map(({ namespace }) => namespace).filter((one) => !changed.has(namespaceLabel(one)));
  const seeing = seeNamespaces(ports, rest);
  return async (bound, occasion) => {
    const seen = await seeing;
    return seen === undefined ? undefined : { ...seen, ...occasion, namespaces: [...bound, ...seen.namespaces] };
  };
}
