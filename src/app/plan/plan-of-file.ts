import { promisesOf } from '../../core/desired/promises-of.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { emptyNamespaces } from '../../core/generation/empty-namespaces.ts';
import { inOrder, setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { type StandingTable, standingTables } from '../../core/plan/standing-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import { planAnew } from '../../core/plan-file/replan.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { FAMILIES } from '../../core/rules/types.ts';
import { elementOf } from '../../core/sets/ipset/entry.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { listNames } from '../../core/sets/ipset/parse-terse.ts';
import { addedEntries } from '../../core/sets/ipset/set-edit.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { liveNamespaces } from '../../core/traffic/live-namespace.ts';
import { trafficOnce } from '../../core/traffic/traffic-of-plan.ts';
import type { Kernel, Ports } from '../../ports/ports.ts';
import { readGenerationInputs } from '../generations/read-generation-inputs.ts';
import { readLive } from '../live/read-live.ts';
import { withNativeTables } from '../live/with-native-tables.ts';
import { lookForAnew } from '../query/look-for-made-anew.ts';
import { checkSetsShown, judgeHidden } from '../save-proof/hidden-table.ts';
import { checkFresh } from './check-fresh.ts';
import { checkNotExpired } from './load-plan-file.ts';
import type { MadePlan } from './make-plan.ts';
import { sessionOnce } from './own-session.ts';
import { stateOfFile } from './state-of-file.ts';
import { warnMessages } from './warn-messages.ts';

/** Which lists of a namespace hold a set. */
type Holders = ReadonlyMap<string, readonly string[]>;

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
  const around = await withNativeTables(ports.kernel, liveNamespaces(inputs, live), plan);
  const session = sessionOnce(ports);
  return {
    plan,
    sources: new Map(),
    session,
    warnings: [
      ...warnings,
      ...anew.warnings,
      ...(await warnMessages(session, { plan, live: around, ...promisesOf(file) })),
    ],
    standing: await readStanding(ports.kernel, plan),
    live: around,
    traffic: trafficOnce(plan, { live: around }),
    namespaces: () => anew.namespaces,
    about: () => ({
      ...about,
      made: about.made.map(({ state, was }) => ({ state: { ...state, namespaces: anew.namespaces }, was })),
    }),
    emptyDesired: emptyNamespaces(file.namespaces),
    ...(file.selection === undefined ? {} : { selection: file.selection }),
    anew: await lookForAnew(ports, seen, plan.namespaces),
    checks: file.checks,
    ...promisesOf(file),
  };
}

function checkSame(path: string, file: PlanFile, output: readonly string[]): void {
  if (output.length === 0) return;
  throw new FwError('plan.stale', `${path} declares what is neither live nor in its changes, made at ${file.created}`, {
    output: output.join('\n'),
    next: `See what it declares with fw plan --rebase ${shellWord(path)}, or plan again. A plan that was altered ends here too.`,
  });
}

/** Live tables that a plan leaves as they are while it changes a set that their rules name: what a saved plan says of them is not believed. */
async function readStanding(kernel: Kernel, plan: Plan): Promise<readonly StandingTable[]> {
  const sets = setSteps(plan);
  if (sets.length === 0) return [];
  const backends = new Map(plan.namespaces.map(({ namespace, backend }) => [namespaceLabel(namespace), backend]));
  const changed = new Map(sets.map(({ namespace }) => [namespaceLabel(namespace), namespace]));
  const wanted = [...changed].map(
    ([label, namespace]) => ({ namespace, backend: backends.get(label) ?? 'auto' }) as const,
  );
  const planned = new Set(
    tableSteps(plan).map((step) => `${namespaceLabel(step.namespace)} ${step.family} ${step.table}`),
  );
  const live = await readLive(kernel, wanted);
  // Any rule may name the set that changes.
  judgeHidden(live, () => true);
  return live.flatMap(({ namespace, rulesets }) => {
    const label = namespaceLabel(namespace);
    const tables = FAMILIES.flatMap((family) =>
      rulesets[family].tables
        .filter(({ name }) => !planned.has(`${label} ${family} ${name}`))
        .map((table) => ({ family, table })),
    );
    const own = sets.filter((step) => namespaceLabel(step.namespace) === label);
    return standingTables(namespace, tables, own);
  });
}

/** Steps of a saved plan with the lists that hold their sets, live and by the plan itself: what the file says of that is not believed. */
async function withLists(kernel: Kernel, steps: readonly SetStep[]): Promise<readonly SetStep[]> {
  const namespaces = [...new Map(steps.map(({ namespace }) => [namespaceLabel(namespace), namespace])).values()];
  const holders = new Map<string, Holders>();
  for (const namespace of namespaces) holders.set(namespaceLabel(namespace), await readHolders(kernel, namespace));
  return steps.map(({ lists: _, ...step }) => {
    const label = namespaceLabel(step.namespace);
    const made = steps.filter((one) => namespaceLabel(one.namespace) === label && holds(one, step.set));
    const lists = new Set([...(holders.get(label)?.get(step.set) ?? []), ...made.map(({ set }) => set)]);
    return lists.size === 0 ? step : { ...step, lists: [...lists] };
  });
}

async function readHolders(kernel: Kernel, namespace: Namespace): Promise<Holders> {
  const [listed] = await kernel.listSets([namespace]);
  const names = listNames(listed?.stdout ?? '');
  const saved = await kernel.saveSets(names.map((set) => ({ namespace, set })));
  const holders = new Map<string, string[]>();
  for (const [at, name] of names.entries()) {
    const list = parseSavedSet(name, saved[at]?.stdout ?? '', 0);
    for (const member of list === undefined ? [] : [...allLines(list.entries), ...list.passing]) {
      const set = elementOf(member);
      holders.set(set, [...(holders.get(set) ?? []), name]);
    }
  }
  return holders;
}

/** Whether a step makes a list that holds a set. */
function holds({ headers, edits }: SetStep, set: string): boolean {
  if (headers.after?.startsWith('list:') !== true) return false;
  return addedEntries(edits).some((member) => elementOf(member) === set);
}
