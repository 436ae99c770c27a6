import { FwError } from '../../core/diagnostics/errors.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { Step } from '../../core/plan/types.ts';
import { catchUp } from '../../core/sets/catch-up.ts';
import { isAfter, isBefore } from '../../core/sets/check-step.ts';
import { copyName, type Entries } from '../../core/sets/compile-set.ts';
import { elementOf } from '../../core/sets/ipset/entry.ts';
import { allLines, linesOf } from '../../core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import { addedEntries, type SetEdit } from '../../core/sets/ipset/set-edit.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { isRestored } from '../../core/sets/is-restored.ts';
import { holdSame } from '../../core/sets/match-entries.ts';
import { refreshSet } from '../../core/sets/refresh-set.ts';
import { startEdits, startEntries } from '../../core/sets/script.ts';
import { undoSet } from '../../core/sets/undo-set.ts';
import type { Kernel, Ports, Ran, Scratch } from '../../ports/ports.ts';
import { readStepSets, type StepSet } from '../live/read-step-sets.ts';
import { findSetUsers } from '../recover/find-set-users.ts';
import { type Driver, WRITES } from './driver.ts';

/** Steps for sets, by `ipset restore`. What others have in a set stays, see `refreshSet` and `undoSet`. */
export const setDriver: Driver<SetStep, SetStep, StepSet> = {
  read: readStepSets,
  isAt: (step, { live }) => isBefore(step, live),
  rehearse: async (kernel, steps, live) => {
    const fresh = steps.map((step, at) => refreshSet(step, live[at]?.live));
    await rehearseSets(kernel, fresh);
    return fresh;
  },
  run,
  verify: async (kernel, steps) => {
    const live = await readStepSets(kernel, steps);
    const wrong = steps.find((step, at) => !isAfter(step, live[at]?.live));
    if (wrong === undefined) return [];
    throw new FwError('apply.moved', `${stepLabel(wrong)}: the live set differs from the plan after the apply`);
  },
  rollBack,
};

/** One after the other: a list may hold a set of the step before. */
async function run(
  { kernel, report }: Ports,
  steps: readonly SetStep[],
  begun: Step[],
  stop: AbortSignal,
): Promise<void> {
  for (const step of steps) {
    if (stop.aborted) throw stop.reason;
    begun.push(step);
    report({ kind: 'step.start', step });
    try {
      await carryOut(kernel, step);
    } catch (error) {
      report({ kind: 'step.failed', step, output: outputOf(error) });
      throw error;
    }
    report({ kind: 'step.done', step });
  }
}

/** Where two sets swap names, what others did to the old one until then is done to the new one before the old one goes. */
async function carryOut(kernel: Kernel, step: SetStep): Promise<void> {
  const { namespace, set, edits, headers } = step;
  const restore = async (some: readonly SetEdit[]) => {
    const ran = await kernel.restoreSets(namespace, printSetEdits(some));
    if (ran.exitCode !== 0) throw refused(step, 'restore', ran);
  };
  const untilSwap = beforeSwap(edits);
  await restore(untilSwap);
  if (untilSwap.length === edits.length) return;
  const copy = copyName(set);
  const [saved] = await kernel.saveSets([{ namespace, set: copy }]);
  const old = saved?.exitCode === 0 ? parseSavedSet(copy, saved.stdout, 0) : undefined;
  if (old === undefined) throw refused(step, 'save', saved);
  const late = catchUp(set, headers.after ?? '', startEntries(step), old);
  if (late.length > 0) await restore(late);
  await restore(edits.slice(untilSwap.length));
}

/** The edits up to the swap of two names and with it; all where there is none. */
function beforeSwap(edits: readonly SetEdit[]): readonly SetEdit[] {
  const swap = edits.findIndex(({ kind }) => kind === 'swap');
  return swap < 0 ? edits : edits.slice(0, swap + 1);
}

function refused(step: SetStep, command: 'restore' | 'save', ran: Ran | undefined): FwError {
  const what = `${stepLabel(step)}: ipset ${command} failed with exit code ${ran?.exitCode}`;
  return new FwError('kernel.rejected', what, { output: ran?.stderr.trim() ?? '' });
}

function outputOf(error: unknown): string {
  return (error instanceof FwError ? error.output : undefined) ?? String(error);
}

function destroyCopy({ set }: SetStep): readonly SetEdit[] {
  return [{ kind: 'destroy', set: copyName(set) }];
}

/** The set of before has no room for what others put in since: that is left out, see `mergeReplaced`. */
const FULL = /is full/;

/** What the step changed in the set is as it was, see `isRestored`. */
async function rollBack(kernel: Kernel, step: SetStep): Promise<string | undefined> {
  let output = '';
  /** What the set was read as that lost its name to the one of before, and is the copy now. */
  let replaced: Entries | undefined;
  // One look more than there are writes.
  for (let attempt = 0; attempt <= WRITES; attempt += 1) {
    try {
      const [found] = await readStepSets(kernel, [step]);
      const { live, copy } = found ?? { live: undefined, copy: undefined };
      const { before = '' } = step.headers;
      const late = replaced === undefined || copy === undefined ? [] : catchUp(step.set, before, replaced, copy);
      const back = late.length > 0 ? [late, destroyCopy(step)] : undoSet(step, live, copy);
      if (back.length === 0) return isRestored(step, live) ? undefined : 'the set is not as before';
      if (attempt === WRITES) break;
      for (const edits of back) {
        const untilSwap = beforeSwap(edits);
        const ran = await kernel.restoreSets(step.namespace, printSetEdits(untilSwap));
        if (ran.exitCode !== 0) output = ran.stderr.trim();
        if (ran.exitCode !== 0 && !FULL.test(output)) break;
        if (live !== undefined && untilSwap.length < edits.length)
          replaced = { staying: allLines(live.entries), passing: live.passing };
      }
    } catch (error) {
      output = error instanceof Error ? error.message : String(error);
      const { namespace } = step;
      if (namespace.kind === 'named' && !(await kernel.namespaces()).includes(namespace.name)) return undefined;
    }
  }
  return output === '' ? 'the live set keeps changing' : `${output}${await whyInUse(kernel, step, output)}`;
}

/** A set that the apply made, and that others name since, cannot go before their rules do. */
async function whyInUse(kernel: Kernel, { namespace, set }: SetStep, output: string): Promise<string> {
  if (!output.includes('in use')) return '';
  const rules = await findSetUsers(kernel, namespace, set).catch(() => []);
  if (rules.length === 0) return '';
  return `\n${set} is named by rules that this apply did not write; when they are gone it can go too:\n${rules.join('\n')}`;
}

/**
 * Carries out every change of a set, and its way back, in a scratch namespace: on the whole set where it is made anew, on the entries that
 * come and go where it is changed one by one. Equal changes are rehearsed once. Throws before anything live is touched.
 */
async function rehearseSets(kernel: Kernel, steps: readonly SetStep[]): Promise<void> {
  if (steps.length === 0) return;
  const done = new Set<string>();
  const scratch = await kernel.scratch();
  try {
    for (const step of steps) {
      const key = `${step.set} ${step.digests.before} ${step.digests.after}`;
      if (!done.has(key)) await rehearseSet(scratch, step);
      done.add(key);
    }
  } finally {
    await scratch.close();
  }
}

async function rehearseSet(scratch: Scratch, step: SetStep): Promise<void> {
  const start = startEdits(step);
  const members = membersOf(step);
  await scratch.restoreSets(
    printSetEdits(members.map((member) => ({ kind: 'create', set: member, header: 'hash:ip' }))),
  );
  if (start.length > 0) check(step, 'a copy of the live set', await scratch.restoreSets(printSetEdits(start)));
  check(step, 'the change', await scratch.restoreSets(printSetEdits(step.edits)));
  await expect(scratch, step, step.headers.after, addedEntries(step.edits), 'the change');
  check(step, 'the way back', await scratch.restoreSets(printSetEdits(step.reverse)));
  await expect(scratch, step, step.headers.before, addedEntries(start), 'the way back');
  // A member may have a step of its own.
  for (const set of [step.set, ...members]) await scratch.restoreSets(printSetEdits([{ kind: 'destroy', set }]));
}

/** A list takes only sets that are there. */
function membersOf({ headers, edits, reverse }: SetStep): readonly string[] {
  if ((headers.after ?? headers.before)?.startsWith('list:') !== true) return [];
  return [...new Set([...addedEntries(edits), ...addedEntries(reverse)].map(elementOf))];
}

async function expect(
  scratch: Scratch,
  step: SetStep,
  header: string | undefined,
  entries: readonly string[],
  what: string,
): Promise<void> {
  const ran = await scratch.saveSet(step.set);
  const found = ran.exitCode === 0 ? parseSavedSet(step.set, ran.stdout, 0) : undefined;
  const isThere = found?.header === header && (found === undefined || holdSame(found.entries, linesOf(entries)));
  if (!isThere)
    throw new FwError('internal.bug', `${stepLabel(step)}: in the rehearsal ${what} does not give the planned set`);
}

function check(step: SetStep, what: string, ran: Ran): void {
  if (ran.exitCode === 0) return;
  throw new FwError('kernel.rejected', `${stepLabel(step)}: the kernel refuses ${what} in the rehearsal`, {
    output: ran.stderr.trim(),
    next: 'Correct the state; nothing live was touched.',
  });
}
