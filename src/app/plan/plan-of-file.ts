import { FwError } from '../../core/diagnostics/errors.ts';
import { emptyNamespaces } from '../../core/generation/empty-namespaces.ts';
import { inOrder, setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { planAnew } from '../../core/plan-file/replan.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { readGenerationInputs } from '../generations/read-generation-inputs.ts';
import { lookForAnew } from '../query/look-for-made-anew.ts';
import { checkSetsShown } from '../save-proof/hidden-table.ts';
import { checkFresh } from './check-fresh.ts';
import { checkNotExpired } from './load-plan-file.ts';
import type { MadePlan } from './make-plan.ts';
import { readStanding } from './read-standing.ts';
import { stateOfFile } from './state-of-file.ts';
import { withLists } from './with-lists.ts';

/**
 * The plan of a file, as `fw apply` carries plans out: refused when its time is over, when a namespace is gone, or when live is not
 * what it was made from. What the file declares is planned anew from the live rules, and only when that gives the very changes that the file
 * shows is it applied; texts, ways back, counters and what becomes the generation are those of the plan made anew.
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
  const { about, others, seen } = await stateOfFile(ports, path, file);
  const { inputs, live, warnings } = await readGenerationInputs(ports, file, others);
  await checkFresh(ports, path, file, inputs);
  const anew = planAnew(file, inputs);
  checkSame(path, file, anew.output);
  checkSetsShown(anew.plan, live);
  const sets = setSteps(anew.plan);
  const steps = inOrder(tableSteps(anew.plan), sets.length === 0 ? [] : await withLists(ports.kernel, sets));
  const plan = { ...anew.plan, steps };
  return {
    plan,
    sources: new Map(),
    warnings: [...warnings, ...anew.warnings],
    standing: await readStanding(ports.kernel, plan),
    namespaces: () => anew.namespaces,
    about: () => ({
      ...about,
      made: about.made.map(({ state, was }) => ({ state: { ...state, namespaces: anew.namespaces }, was })),
    }),
    emptyDesired: emptyNamespaces(file.namespaces),
    ...(file.selection === undefined ? {} : { selection: file.selection }),
    anew: await lookForAnew(ports, seen, plan.namespaces),
    checks: file.checks,
  };
}

function checkSame(path: string, file: PlanFile, output: readonly string[]): void {
  if (output.length === 0) return;
  throw new FwError('plan.stale', `${path} declares what is neither live nor in its changes, made at ${file.created}`, {
    output: output.join('\n'),
    next: `See what it declares with fw plan --rebase ${path}, or plan again. A plan that was altered ends here too.`,
  });
}
