import { FwError } from '../../core/diagnostics/errors.ts';
import type { Gone } from '../../core/identity/place-of-run.ts';
import { isSame } from '../../core/identity/place-of-run.ts';
import { twoNames } from '../../core/identity/two-names.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { Kernel } from '../../ports/ports.ts';

/** The namespaces of some steps, each once. */
export function namespacesOf(steps: readonly { readonly namespace: Namespace }[]): readonly Namespace[] {
  const found = new Map(steps.map(({ namespace }) => [`${namespace.kind} ${namespaceLabel(namespace)}`, namespace]));
  return [...found.values()];
}

/**
 * Binds the names to the namespaces that they stand for now: until `close` all reading and writing is done in these. `identities` throws
 * `env.no-namespace` where one of them is not there.
 */
export function bindNamespaces(
  kernel: Kernel,
  namespaces: readonly Namespace[],
): { readonly identities: () => Promise<readonly NamespaceIdentity[]>; readonly close: () => void } {
  const open = kernel.openNamespaces(namespaces);
  return {
    close: open.close,
    identities: async () => {
      const found = await open.identities();
      return namespaces.map((namespace, index) => {
        const identity = found[index];
        if (identity !== undefined) return identity;
        throw new FwError('env.no-namespace', `there is no network namespace ${namespaceLabel(namespace)} any more`);
      });
    },
  };
}

/**
 * Does some work where the names stand for these very namespaces, and `gone` are those that they no longer stand for. What this process is in
 * cannot be another one than before. Throws where that is not known.
 */
export async function inNamespaces<Result>(
  kernel: Kernel,
  identities: readonly NamespaceIdentity[],
  work: (gone: readonly Gone[]) => Promise<Result>,
): Promise<Result> {
  const named = identities.filter(({ namespace }) => namespace.kind === 'named');
  if (named.length === 0) return work([]);
  const open = kernel.openNamespaces(named.map(({ namespace }) => namespace));
  try {
    const found = await open.identities();
    return await work(named.flatMap((was, index) => goneOf(was, found[index]) ?? []));
  } finally {
    open.close();
  }
}

function goneOf(was: NamespaceIdentity, is: NamespaceIdentity | undefined): Gone | undefined {
  const { namespace } = was;
  if (is === undefined) return { namespace, why: 'deleted' };
  const same = isSame(was, is);
  if (same === undefined) {
    throw new FwError(
      'apply.elsewhere',
      `it cannot be told whether ${namespaceLabel(namespace)} is still the same namespace`,
    );
  }
  return same ? undefined : { namespace, why: 'made anew' };
}

/** Throws `apply.moved` where one of the namespaces is not there any more: what was verified in it is not what its name stands for now. */
export async function checkNoneGone(kernel: Kernel, identities: readonly NamespaceIdentity[]): Promise<void> {
  await inNamespaces(kernel, identities, async ([gone]) => {
    if (gone === undefined) return;
    const what = gone.why === 'deleted' ? 'was deleted' : 'was deleted and made anew';
    throw new FwError('apply.moved', `namespace ${namespaceLabel(gone.namespace)} ${what} while fw was working`);
  });
}

/** Whether a namespace is none of those that are gone. */
export function isStillThere(gone: readonly Gone[]): (namespace: Namespace) => boolean {
  const labels = new Set(gone.map(({ namespace }) => namespaceLabel(namespace)));
  return (namespace) => namespace.kind === 'host' || !labels.has(namespace.name);
}

/** Throws `env.same-namespace` where two names stand for one: a plan for both would be carried out twice in the same tables. */
export function checkDistinct(identities: readonly NamespaceIdentity[]): void {
  const found = twoNames(identities);
  if (found === undefined) return;
  const [one, other] = found.map(namespaceLabel);
  throw new FwError('env.same-namespace', `${one} and ${other} are one and the same network namespace`);
}
