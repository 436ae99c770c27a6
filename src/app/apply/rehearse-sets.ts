import { FwError } from '../../core/diagnostics/errors.ts';
import { stepLabel } from '../../core/plan/step-label.ts';
import { elementOf } from '../../core/sets/ipset/entry.ts';
import { linesOf } from '../../core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import { addedEntries } from '../../core/sets/ipset/set-edit.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { holdSame } from '../../core/sets/match-entries.ts';
import { startEdits } from '../../core/sets/script.ts';
import type { Kernel, Ran, Scratch } from '../../ports/ports.ts';

/**
 * Carries out every change of a set, and its way back, in a scratch namespace: on the whole set where it is made anew, on the entries that
 * come and go where it is changed one by one. Equal changes are rehearsed once. Throws before anything live is touched.
 */
export async function rehearseSets(kernel: Kernel, steps: readonly SetStep[]): Promise<void> {
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
