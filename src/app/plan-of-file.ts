import { FwError } from '../core/errors.ts';
import { emptyNamespaces } from '../core/generation/empty-namespaces.ts';
import type { PlanFile } from '../core/plan-file/types.ts';
import type { Ports } from '../ports.ts';
import { checkFresh } from './check-fresh.ts';
import { checkNotExpired } from './load-plan-file.ts';
import type { MadePlan } from './make-plan.ts';
import { readStanding } from './read-standing.ts';
import { withLists } from './with-lists.ts';

/**
 * The plan of a file, as `fw apply` carries plans out: refused when its time is over, when a namespace is gone, or when live is not
 * what it was made from. Nothing is planned anew.
 */
export async function planOfFile(ports: Ports, path: string, file: PlanFile): Promise<MadePlan> {
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'applying a plan needs CAP_NET_ADMIN');
  checkNotExpired(ports, path, file);
  const existing = new Set(await ports.kernel.namespaces());
  const named = [...file.namespaces.map(({ namespace }) => namespace), ...file.checks.map(({ from }) => from)];
  const gone = named.find((namespace) => namespace.kind === 'named' && !existing.has(namespace.name));
  if (gone?.kind === 'named') {
    throw new FwError('plan.stale', `${path} is about the namespace ${gone.name}, which does not exist`);
  }
  await checkFresh(ports, path, file);
  const { sets } = file.plan;
  const plan = sets === undefined ? file.plan : { ...file.plan, sets: await withLists(ports.kernel, sets) };
  return {
    plan,
    sources: new Map(),
    warnings: [],
    tables: file.tables.map(({ before, after }) => ({ before: before ?? undefined, after })),
    standing: await readStanding(ports.kernel, plan),
    namespaces: () => file.namespaces,
    emptyDesired: emptyNamespaces(file.namespaces),
    ...(file.selection === undefined ? {} : { selection: file.selection }),
    checks: file.checks,
  };
}
