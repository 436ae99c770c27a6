import { FwError } from '../../core/diagnostics/errors.ts';
import { unownedChanges } from '../../core/ownership/unowned-changes.ts';
import { inOrder, setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { listChains } from '../../core/plan/list-chains.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { Plan, Step, TableStep } from '../../core/plan/types.ts';
import { setsCounters } from '../../core/restore/edit.ts';
import { digestTable } from '../../core/rules/digest.ts';
import type { Table } from '../../core/rules/types.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StepSet } from '../live/read-step-sets.ts';
import { type Look, lookAtTables } from '../live/read-tables.ts';
import { allDone } from '../live/settle-all.ts';
import { areLiveByBytes, proveSteps } from '../save-proof/prove-live.ts';
import { watchCommits } from '../save-proof/watch-commits.ts';
import type { Driver } from './driver.ts';
import type { RehearsedTable } from './rehearse.ts';
import { setDriver } from './set-driver.ts';
import { tableDriver } from './table-driver.ts';

/** A plan that was rehearsed on what is live. */
export type Rehearsal = Parts & {
  readonly steps: readonly (RehearsedTable | SetStep)[];
  /** What was live. */
  readonly look: Look;
  /** See `watchCommits`. */
  readonly isUntouched: (ready: Promise<void>) => Promise<boolean>;
};

type Parts = { readonly tables: readonly RehearsedTable[]; readonly sets: readonly SetStep[] };

/** Seconds for which the counters of a plan are as good as new ones. */
const RECENT_SECONDS = 10;

/**
 * Carries a plan and its way back out on a copy of what is live, and proves that what was read is all that is live. Throws `apply.moved` where that is not what
 * the plan was made from. `readAt`: when the plan began to read live rules, where that is known.
 */
export async function rehearsePlan(ports: Ports, plan: Plan, readAt?: number): Promise<Rehearsal> {
  const { kernel } = ports;
  const planned = { tables: tableSteps(plan), sets: setSteps(plan) };
  const isUntouched = await watchCommits(kernel, planned.tables);
  const early = mayStayUnread(ports, planned.tables, readAt) ? await rehearseUnread(ports, planned) : undefined;
  const { tables, sets, look } = early?.live ?? (await rehearseRead(ports, planned, early?.parts));
  checkOwned(tables);
  return { tables, sets, steps: inOrder(tables, sets), look, isUntouched };
}

/** Whether the counters that the plan has read are as good as new ones. Legacy tables have no bytes to be known by. */
function mayStayUnread({ clock }: Ports, steps: readonly TableStep[], readAt: number | undefined): boolean {
  if (readAt === undefined || clock.uptime() - readAt > RECENT_SECONDS) return false;
  return steps.every(({ backend, edits }) => backend === 'nft' && !setsCounters(edits));
}

type Rehearsed = Parts & Pick<Rehearsal, 'look'>;

/**
 * On the tables that the plan has read, while their bytes tell whether they are live still: `live` is there where they are. Otherwise `parts` is what the rehearsal came to, where it
 * came to an end.
 */
async function rehearseUnread(
  ports: Ports,
  planned: Parts,
): Promise<{ readonly live?: Rehearsed; readonly parts?: Parts | undefined }> {
  const tables = planned.tables.map(({ before }) => before);
  const sets = await readSets(ports, planned.sets);
  const [isLive, parts] = await Promise.allSettled([
    areLiveByBytes(ports, planned.tables),
    rehearse(ports, planned, { tables, sets }),
  ]);
  if (isLive.status === 'rejected' || !isLive.value)
    return { parts: parts.status === 'fulfilled' ? parts.value : undefined };
  if (parts.status === 'rejected') throw parts.reason;
  return { live: { ...parts.value, look: { tables, saved: new Map() } } };
}

/** On the tables as they are now. `early` is a rehearsal on those of the plan, which counts where they have the same rules. */
async function rehearseRead(ports: Ports, planned: Parts, early: Parts | undefined): Promise<Rehearsed> {
  const look = await lookAtTables(ports.kernel, planned.tables);
  checkUnmoved(tableDriver, planned.tables, look.tables);
  const sets = await readSets(ports, planned.sets);
  const isSame = planned.tables.every(
    ({ table, before }, at) => digestTable(before, table) === digestTable(look.tables[at], table),
  );
  const [parts] = await allDone([
    isSame && early !== undefined ? Promise.resolve(early) : rehearse(ports, planned, { tables: look.tables, sets }),
    proveSteps(ports, planned.tables, look.tables),
  ]);
  return { ...parts, look };
}

async function readSets({ kernel }: Ports, planned: readonly SetStep[]): Promise<readonly StepSet[]> {
  const live = await setDriver.read(kernel, planned);
  checkUnmoved(setDriver, planned, live);
  return live;
}

/** Looks at live once more, if another program may have written since. Throws `apply.moved` where a step cannot begin. */
export async function checkUntouched(
  { kernel }: Ports,
  { tables, sets, look }: Rehearsal,
  untouched: Promise<boolean>,
): Promise<void> {
  if (!(await untouched)) checkUnmoved(tableDriver, tables, (await lookAtTables(kernel, tables, look)).tables);
  checkUnmoved(setDriver, sets, await setDriver.read(kernel, sets));
}

/** Sets first: rules name them. Resolves to the steps from what is live now. */
async function rehearse(
  { kernel }: Ports,
  planned: Parts,
  live: { readonly tables: readonly (Table | undefined)[]; readonly sets: readonly StepSet[] },
): Promise<Parts> {
  const sets = await setDriver.rehearse(kernel, planned.sets, live.sets, planned.sets);
  const tables = await tableDriver.rehearse(kernel, planned.tables, live.tables, sets);
  return { tables, sets };
}

function checkUnmoved<S extends Step, Undone, Live>(
  driver: Driver<S, Undone, Live>,
  steps: readonly S[],
  live: readonly Live[],
): void {
  const moved = steps.find((step, at) => !driver.isAt(step, live[at] as Live));
  if (moved !== undefined) throw new FwError('apply.moved', `${stepLabel(moved)} changed after the plan was made`);
}

/** Throws where a step would change chains that its own ownership leaves to others: going back would take our change for theirs. */
export function checkOwned(steps: readonly TableStep[]): void {
  for (const step of steps) {
    const unowned = unownedChanges(step.table, step.ownership, step.before, step.after);
    if (unowned.length === 0) continue;
    throw new FwError('apply.not-owned', `${stepLabel(step)} would change what is not its own: ${listChains(unowned)}`);
  }
}
