import { FwError } from '../core/errors.ts';
import { matchesGlob } from '../core/ownership/matches-glob.ts';
import type { Namespace } from '../core/ruleset/types.ts';
import type { Ports } from '../ports.ts';
import { proveLive } from './prove-live.ts';
import { type Live, readLive } from './read-live.ts';
import { judgeUntold } from './untold.ts';

/** Live rules of the namespaces that names and globs stand for; `host` is the one in which fw runs. */
export async function readForImport(ports: Ports, patterns: readonly string[]): Promise<readonly Live[]> {
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'reading live rules needs CAP_NET_ADMIN');
  const [existing, odd] = await Promise.all([ports.kernel.namespaces(), ports.kernel.oddNamespaces()]);
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
      throw new FwError('env.no-namespace', what, isDead ? { next: `Remove it: ip netns del ${pattern}` } : {});
    }
  }
  const live = await readLive(
    ports.kernel,
    [...found.values()].map((namespace) => ({ namespace, backend: 'auto' })),
  );
  const proof = await proveLive(ports, live);
  judgeUntold(proof.live, () => true);
  return proof.live;
}
