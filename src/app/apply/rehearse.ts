import { FwError } from '../../core/diagnostics/errors.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { TableStep } from '../../core/plan/types.ts';
import { skeletonFor } from '../../core/rehearsal/skeleton.ts';
import { namedTexts } from '../../core/restore/edit.ts';
import { printEdits } from '../../core/restore/print-edits.ts';
import { findRulesWithObjects } from '../../core/rule-text/needed-object.ts';
import { ruleTexts } from '../../core/rule-text/rule-texts.ts';
import { digestTable } from '../../core/rules/digest.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Table } from '../../core/rules/types.ts';
import { createsFrom, namedSets } from '../../core/sets/headers.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Kernel, Scratch } from '../../ports/ports.ts';
import { carryOutOn, type Read } from './carry-out-on.ts';

/** A step with the tables of the rehearsal: as live is, and as the step makes it of that. */
export type RehearsedTable = TableStep & {
  /** The text of `after`, see `tableText`, where the rehearsal has read it or can tell it. */
  readonly afterText?: string | undefined;
};

/** One transition of a table, and the places of the steps that make it. */
type Transition = { readonly step: TableStep; readonly live: Table | undefined; readonly places: number[] };

/** Scratch namespaces that work side by side; each starts one program at a time. */
const LANES = 2;

/**
 * Runs the edits and the way back of every step on a clone of its live table, or on its skeleton, in a scratch namespace: the first must give exactly
 * the planned table, the second exactly the old one. Equal transitions are rehearsed once. Throws before anything live is touched.
 */
export async function rehearse(
  kernel: Kernel,
  steps: readonly TableStep[],
  before: readonly (Table | undefined)[],
  sets: readonly SetStep[] = [],
): Promise<readonly RehearsedTable[]> {
  const queues = queuesOf(steps, before);
  const reads = (await rehearseSideBySide(kernel, queues, sets)) ?? (await rehearseIn(kernel, queues.flat(), sets));
  return steps.map((step, index) => {
    const after = reads.get(index) as Read;
    return { ...step, before: before[index], after: after.table, afterText: after.text };
  });
}

/** Transitions that differ, those of one namespace behind each other: what one table names may be in another one. */
function queuesOf(
  steps: readonly TableStep[],
  before: readonly (Table | undefined)[],
): readonly (readonly Transition[])[] {
  const transitions = new Map<string, Transition>();
  const queues = new Map<string, Transition[]>();
  for (const [index, step] of steps.entries()) {
    const live = before[index];
    const from = [step.backend, step.family, step.table, digestTable(live, step.table)];
    const key = [...from, JSON.stringify(step.ownership), printEdits(step.table, step.edits)].join(' ');
    const known = transitions.get(key);
    if (known !== undefined) {
      known.places.push(index);
      continue;
    }
    const transition = { step, live, places: [index] };
    transitions.set(key, transition);
    const label = namespaceLabel(step.namespace);
    queues.set(label, [...(queues.get(label) ?? []), transition]);
  }
  return [...queues.values()];
}

/** Undefined where there is nothing to win, and where one fails: alone, and in the order of the plan, it tells why. */
async function rehearseSideBySide(
  kernel: Kernel,
  queues: readonly (readonly Transition[])[],
  sets: readonly SetStep[],
): Promise<ReadonlyMap<number, Read> | undefined> {
  if (queues.length < LANES) return undefined;
  const shares = Array.from({ length: LANES }, (_, lane) =>
    queues.filter((__, index) => index % LANES === lane).flat(),
  );
  const ended = await Promise.allSettled(shares.map((share) => rehearseIn(kernel, share, sets)));
  // A program that hangs would hang once more.
  const late = ended.find((one) => one.status === 'rejected' && isLate(one.reason));
  if (late?.status === 'rejected') throw late.reason;
  const reads = ended.flatMap((one) => (one.status === 'fulfilled' ? [...one.value] : []));
  return ended.every(({ status }) => status === 'fulfilled') ? new Map(reads) : undefined;
}

function isLate(error: unknown): boolean {
  return error instanceof FwError && error.code === 'kernel.timeout';
}

/** In one scratch namespace, one behind the other. Resolves to what becomes of each step, by its place. */
async function rehearseIn(
  kernel: Kernel,
  transitions: readonly Transition[],
  sets: readonly SetStep[],
): Promise<ReadonlyMap<number, Read>> {
  const reads = new Map<number, Read>();
  const scratch = await kernel.scratch();
  const used = new Set<string>();
  try {
    for (const { step, live, places } of transitions) {
      const table = [step.backend, step.family, step.table].join(' ');
      const read = await rehearseStep(kernel, { scratch, isFresh: !used.has(table) }, step, live, sets);
      used.add(table);
      for (const place of places) reads.set(place, read);
    }
    return reads;
  } finally {
    await scratch.close();
  }
}

/** On a skeleton of the table where that is less work; what is refused there, or comes out otherwise, is tried on the whole table, which tells why. */
async function rehearseStep(
  kernel: Kernel,
  { scratch, isFresh }: { readonly scratch: Scratch; readonly isFresh: boolean },
  step: TableStep,
  live: Table | undefined,
  changed: readonly SetStep[],
): Promise<Read> {
  if ([live, step.after].some((table) => findRulesWithObjects(table).length > 0))
    return believe(step, live, step.after);
  const skeleton = live === undefined ? undefined : skeletonFor(live, [...step.edits, ...step.reverse]);
  if (live !== undefined && skeleton !== undefined) {
    await createSets(kernel, scratch, step, skeleton.table, changed);
    const read = await carryOutOn(scratch, step, live, { skeleton, isFresh });
    if (!(read instanceof FwError)) return read;
  }
  await createSets(kernel, scratch, step, live, changed);
  const read = await carryOutOn(scratch, step, live, { isFresh: isFresh && skeleton === undefined });
  if (read instanceof FwError) throw read;
  return read;
}

/** A table that no scratch namespace takes is believed to become what was planned: guard FWG06 has asked for that. */
function believe(step: TableStep, live: Table | undefined, goal: Table): Read {
  if (digestTable(live, step.table) === step.digests.before) return { table: goal, text: undefined };
  throw new FwError('apply.moved', `${stepLabel(step)} changed after the plan was made, and cannot be rehearsed`);
}

/** Sets that the rules name, empty: those that the plan makes, then those that are live. */
async function createSets(
  kernel: Kernel,
  scratch: Scratch,
  step: TableStep,
  live: Table | undefined,
  changed: readonly SetStep[],
): Promise<void> {
  const sets = namedSets([...ruleTexts([live]), ...namedTexts(step.edits)]);
  if (sets.size === 0) return;
  const label = namespaceLabel(step.namespace);
  for (const { namespace, set, headers } of changed) {
    if (namespaceLabel(namespace) !== label || headers.after === undefined || !sets.has(set)) continue;
    await scratch.restoreSets(printSetEdits([{ kind: 'create', set, header: headers.after }]));
    sets.delete(set);
  }
  const creates = createsFrom((await kernel.setHeaders(step.namespace)).stdout, sets);
  // A set that an earlier rehearsal made is there already; what it holds does not matter here.
  if (creates.length > 0) await scratch.restoreSets(printSetEdits(creates));
}
