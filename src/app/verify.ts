import { FwError } from '../core/errors.ts';
import { notAsPlanned } from '../core/ownership/restored.ts';
import { listChains } from '../core/plan/list-chains.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { digestTable } from '../core/ruleset/digest.ts';
import { isSameButCounters } from '../core/ruleset/same-but-counters.ts';
import { tableText } from '../core/ruleset/table-text.ts';
import type { Table } from '../core/ruleset/types.ts';
import type { Kernel, Ran } from '../ports.ts';
import { readSave } from './read-save.ts';
import { requestOf, saveTables, tableIn } from './read-tables.ts';
import { changeOf, type Rehearsed } from './way-back.ts';

/**
 * Reads every changed table back: fw's part of it, and every chain that the step changed, must be exactly as planned. Rules that others
 * wrote meanwhile are theirs. Resolves to the digests of the tables as they are live.
 */
export async function verify(kernel: Kernel, rehearsed: readonly Rehearsed[]): Promise<readonly string[]> {
  const saved = await saveTables(
    kernel,
    rehearsed.map(({ step }) => step),
  );
  const live = await Promise.all(rehearsed.map((item, index) => readTable(kernel, item, saved[index] as Ran)));
  for (const [index, item] of rehearsed.entries()) {
    if (live[index] === item.after) continue;
    const wrong = notAsPlanned(changeOf(item), live[index]);
    if (wrong.length === 0) continue;
    throw new FwError(
      'apply.moved',
      `${stepLabel(item.step)}: live rules differ from the plan after the apply, in ${listChains(wrong)}`,
    );
  }
  return rehearsed.map(({ step }, index) => digestTable(live[index], step.table));
}

/** The very table of the rehearsal where live is what it was there, as the text tells: to read it again would tell nothing more. */
async function readTable(kernel: Kernel, { step, after, afterText }: Rehearsed, ran: Ran): Promise<Table | undefined> {
  const text = ran.exitCode === 0 ? tableText(ran.stdout, step.table) : undefined;
  if (text !== undefined && afterText !== undefined && isSameButCounters(text, afterText)) return after;
  return tableIn(await readSave(kernel, requestOf(step), ran), step);
}
