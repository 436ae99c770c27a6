import { FwError } from '../../core/diagnostics/errors.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { Step } from '../../core/plan/types.ts';
import { isAfter, isBefore } from '../../core/sets/check-step.ts';
import { elementOf } from '../../core/sets/ipset/entry.ts';
import { linesOf } from '../../core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import { addedEntries } from '../../core/sets/ipset/set-edit.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { isRestored } from '../../core/sets/is-restored.ts';
import { holdSame } from '../../core/sets/match-entries.ts';
import { refreshSet } from '../../core/sets/refresh-set.ts';
import { startEdits } from '../../core/sets/script.ts';
import { undoSet } from '../../core/sets/undo-set.ts';
import type { Kernel, Ports, Ran, Scratch } from '../../ports/ports.ts';
import { readStepSets, type StepSet } from '../live/read-step-sets.ts';
import { findSetUsers } from '../recover/find-set-users.ts';
import { ATTEMPTS, type Driver } from './driver.ts';

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
    const ran = await kernel.restoreSets(step.namespace, printSetEdits(step.edits));
    if (ran.exitCode !== 0) {
      const output = ran.stderr.trim();
      report({ kind: 'step.failed', step, output });
      throw new FwError('kernel.rejected', `${stepLabel(step)}: ipset restore failed with exit code ${ran.exitCode}`, {
        output,
      });
    }
    report({ kind: 'step.done', step });
  }
}

/** What the step changed in the set is as it was, see `isRestored`. */
async function rollBack(kernel: Kernel, step: SetStep): Promise<string | undefined> {
  let output = '';
  // One look more than there are writes.
  for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const [found] = await readStepSets(kernel, [step]);
      const back = undoSet(step, found?.live, found?.hasCopy === true);
      if (back.length === 0) return isRestored(step, found?.live) ? undefined : 'the set is not as before';
      if (attempt === ATTEMPTS) break;
      for (const edits of back) {
        const ran = await kernel.restoreSets(step.namespace, printSetEdits(edits));
        if (ran.exitCode !== 0) output = ran.stderr.trim();
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
