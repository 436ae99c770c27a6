import type { BackendChoice } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import { matchesGlob } from '../../core/rules/matches-glob.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Backend, Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Live, type LiveRequest, readLive } from '../live/read-live.ts';
import { judgeHidden } from '../save-proof/hidden-table.ts';
import { proveLive } from '../save-proof/prove-live.ts';
import type { ProofOptions } from '../save-proof/prove-snapshots.ts';

/**
 * Live rules of the namespaces that names and globs stand for; `host` is the one in which fw runs. The backend has to be named where both
 * hold rules and the newest generation says of none that fw manages it there.
 */
export async function readForImport(
  ports: Ports,
  patterns: readonly string[],
  backend: BackendChoice,
): Promise<readonly Live[]> {
  checkMayRead(ports);
  const { live } = await readNamespaces(ports, await findNamespaces(ports, patterns), backend);
  return live;
}

/** The same for documents that are to be made of them: tables that iptables-save does not show as they are stay hidden, and stop nothing. */
export async function readToDocument(
  ports: Ports,
  patterns: readonly string[],
  backend: BackendChoice,
): Promise<readonly Live[]> {
  checkMayRead(ports);
  return (await proveNamespaces(ports, await findNamespaces(ports, patterns), backend)).live;
}

export function checkMayRead({ kernel }: Pick<Ports, 'kernel'>): void {
  if (!kernel.isPrivileged()) throw new FwError('env.permission', 'reading live rules needs CAP_NET_ADMIN');
}

/** The same of namespaces that were found already. */
export async function readNamespaces(
  ports: Ports,
  found: readonly Namespace[],
  backend: BackendChoice,
  options: ProofOptions = {},
): Promise<{ readonly live: readonly Live[]; readonly isLeftOut?: true }> {
  const proof = await proveNamespaces(ports, found, backend, options);
  judgeHidden(proof.live, () => true);
  return proof;
}

async function proveNamespaces(
  ports: Ports,
  found: readonly Namespace[],
  backend: BackendChoice,
  options: ProofOptions = {},
): Promise<{ readonly live: readonly Live[]; readonly isLeftOut?: true }> {
  const managed = backend === 'auto' ? await managedBackends(ports) : new Map<string, Backend>();
  const live = await readLive(
    ports.kernel,
    found.map((namespace): LiveRequest => {
      const one = managed.get(namespaceLabel(namespace));
      return { namespace, backend, ...(one === undefined ? {} : { managed: one }) };
    }),
  );
  return proveLive(ports, live, options);
}

/** The namespaces that names and globs stand for now. Throws `env.no-namespace` for one that stands for none. */
export async function findNamespaces(
  { kernel }: Pick<Ports, 'kernel'>,
  patterns: readonly string[],
): Promise<readonly Namespace[]> {
  const [existing, odd] = await Promise.all([kernel.namespaces(), kernel.oddNamespaces()]);
  const found = new Map<string, Namespace>();
  for (const pattern of patterns) {
    if (pattern === 'host') found.set('host', { kind: 'host' });
    const names = existing.filter((name) => name !== 'host' && matchesGlob(pattern, name));
    for (const name of names) found.set(name, { kind: 'named', name });
    if (pattern !== 'host' && names.length === 0) {
      const isDead = odd.some(({ name, why }) => name === pattern && why === 'no namespace');
      const what = isDead
        ? `/run/netns/${pattern} is no network namespace, but a file that was left there`
        : `there is no network namespace ${JSON.stringify(pattern)}`;
      const next = isDead ? `Remove it: ip netns del ${pattern}` : whichInstead(pattern, existing);
      throw new FwError('env.no-namespace', what, { next });
    }
  }
  return [...found.values()];
}

/** Names that a message still lists. */
const MOST_NAMED = 12;

function whichInstead(pattern: string, existing: readonly string[]): string {
  const near = nearest(pattern, ['host', ...existing]);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (existing.length > MOST_NAMED) return `There are ${existing.length}, and host: see ip netns list.`;
  return `There are: ${['host', ...existing].join(', ')}. A new one is made with ip netns add NAME.`;
}

/** What the newest generation says of each namespace. Only a help to choose: a generation that cannot be read says nothing. */
async function managedBackends({ generations }: Ports): Promise<ReadonlyMap<string, Backend>> {
  try {
    const newest = (await generations.numbers()).at(-1);
    const kept = newest === undefined ? [] : (await generations.read(newest)).generation.namespaces;
    return new Map(kept.map(({ namespace, backend }) => [namespaceLabel(namespace), backend]));
  } catch {
    return new Map();
  }
}
