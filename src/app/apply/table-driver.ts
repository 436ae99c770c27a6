import { FwError } from '../../core/diagnostics/errors.ts';
import { readRefusal } from '../../core/normal-form/refusal.ts';
import { notAsBefore, notAsPlanned } from '../../core/ownership/compare-with-step.ts';
import { type Commit, commitsOfSteps } from '../../core/plan/commits-of-steps.ts';
import { setsIn } from '../../core/plan/in-order.ts';
import { listChains } from '../../core/plan/list-chains.ts';
import { digestPrecondition } from '../../core/plan/precondition.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import { refreshCounters } from '../../core/plan/refresh-counters.ts';
import type { Step, StepFacts } from '../../core/plan/types.ts';
import { printEdits } from '../../core/restore/print-edits.ts';
import { tableText } from '../../core/restore/print-table.ts';
import { isPristine } from '../../core/rules/builtin.ts';
import { digestTable } from '../../core/rules/digest.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { isSameButCounters } from '../../core/rules/same-but-counters.ts';
import type { Namespace, Table } from '../../core/rules/types.ts';
import type { Kernel, Ports, Ran } from '../../ports/ports.ts';
import { readSave } from '../live/read-save.ts';
import { readTables, requestOf, saveTables, tableIn } from '../live/read-tables.ts';
import { type Driver, WRITES } from './driver.ts';
import { type RehearsedTable, rehearse } from './rehearse.ts';
import { wayBack } from './way-back.ts';

/** nft namespaces commit side by side, this many at once; the legacy lock is one for the whole machine. */
const LANES = 4;

/** Steps for tables, by iptables-restore. What others have in a table stays, see `notAsPlanned` and `notAsBefore`. */
export const tableDriver: Driver<RehearsedTable, StepFacts, Table | undefined> = {
  read: readTables,
  isAt: (step, live) =>
    step.before === live || digestPrecondition(step, step.before) === digestPrecondition(step, live),
  rehearse: (kernel, steps, live, all) => rehearse(kernel, refreshCounters(steps, live), live, setsIn(all)),
  run,
  verify,
  rollBack,
};

/** In order within a namespace, namespaces side by side where the backend allows it. */
async function run(ports: Ports, steps: readonly RehearsedTable[], begun: Step[], stop: AbortSignal): Promise<void> {
  const queues = groupByNamespace(steps);
  const legacy = queues.filter((queue) => queue[0]?.backend === 'legacy');
  const nft = queues.filter((queue) => queue[0]?.backend === 'nft');
  const failures: unknown[] = [];
  const work = async (waiting: RehearsedTable[][]) => {
    for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
      for (const commit of commitsOfSteps(queue)) {
        if (failures.length > 0) return;
        try {
          if (stop.aborted) throw stop.reason;
          if (commit.isFirst) begun.push(commit.step);
          await runCommit(ports, commit);
        } catch (error) {
          failures.push(error);
        }
      }
    }
  };
  const waiting = [...nft];
  await Promise.all([work([...legacy]), ...Array.from({ length: LANES }, () => work(waiting))]);
  if (failures.length > 0) throw failures[0];
}

async function runCommit({ kernel, report }: Ports, { step, transactions, isFirst, isLast }: Commit): Promise<void> {
  if (isFirst) report({ kind: 'step.start', step });
  const ran = await kernel.restore(step, printEdits(step.table, transactions));
  if (ran.exitCode === 0) return isLast ? report({ kind: 'step.done', step }) : undefined;
  const output = reasonOf(ran);
  report({ kind: 'step.failed', step, output });
  throw new FwError('kernel.rejected', `${stepLabel(step)}: iptables-restore failed with exit code ${ran.exitCode}`, {
    output,
  });
}

function reasonOf(ran: Ran): string {
  return ran.problem === undefined ? readRefusal(ran.stderr).output : `iptables-restore: ${ran.problem}`;
}

function groupByNamespace(steps: readonly RehearsedTable[]): RehearsedTable[][] {
  const groups = new Map<string, RehearsedTable[]>();
  for (const step of steps) {
    const key = `${step.namespace.kind} ${namespaceLabel(step.namespace)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [step]);
    else group.push(step);
  }
  return [...groups.values()];
}

/** fw's part of each table, and every chain that the step changed, must be exactly as planned. Rules that others wrote meanwhile are theirs. */
async function verify(kernel: Kernel, steps: readonly RehearsedTable[]): Promise<readonly string[]> {
  const saved = await saveTables(kernel, steps);
  const live = await Promise.all(steps.map((step, index) => readTable(kernel, step, saved[index] as Ran)));
  for (const [index, step] of steps.entries()) {
    if (live[index] === step.after) continue;
    const wrong = notAsPlanned(step, live[index]);
    if (wrong.length === 0) continue;
    throw new FwError(
      'apply.moved',
      `${stepLabel(step)}: live rules differ from the plan after the apply, in ${listChains(wrong)}`,
    );
  }
  return steps.map(({ table }, index) => digestTable(live[index], table));
}

/** The very table of the rehearsal where live is what it was there, as the text tells: to read it again would tell nothing more. */
async function readTable(kernel: Kernel, step: RehearsedTable, ran: Ran): Promise<Table | undefined> {
  const text = ran.exitCode === 0 ? tableText(ran.stdout, step.table) : undefined;
  if (text !== undefined && step.afterText !== undefined && isSameButCounters(text, step.afterText)) return step.after;
  return tableIn(await readSave(kernel, requestOf(step), ran), step);
}

/** Every chain that the step changed is compared with what it was, see `notAsBefore`. */
async function rollBack(kernel: Kernel, step: StepFacts): Promise<string | undefined> {
  let output = '';
  let wrong: readonly string[] = [];
  // One look more than there are writes, so that the answer is true after the last of them.
  for (let attempt = 0; attempt <= WRITES; attempt += 1) {
    try {
      const [live] = await readTables(kernel, [step]);
      wrong = notAsBefore(step, live);
      const back = wayBack(step, live);
      if (back.length === 0) return await provenBack(kernel, step, live, wrong);
      if (attempt === WRITES) break;
      const ran = await kernel.restore(step, printEdits(step.table, back));
      if (ran.exitCode !== 0) output = readRefusal(ran.stderr).output;
    } catch (error) {
      output = error instanceof Error ? error.message : String(error);
      if (await isGone(kernel, step.namespace)) return undefined;
    }
  }
  const left = wrong.length === 0 ? '' : `not as before: ${listChains(wrong)}`;
  return [output === '' ? 'live rules keep changing' : output, left].filter((words) => words !== '').join('; ');
}

/** A namespace that was deleted took its rules with it: nothing of our change is left to undo. */
async function isGone(kernel: Kernel, namespace: Namespace): Promise<boolean> {
  return namespace.kind === 'named' && !(await kernel.namespaces()).includes(namespace.name);
}

/** Nothing left to write is no proof: what was read must be what was there before. */
async function provenBack(
  kernel: Kernel,
  step: StepFacts,
  live: Table | undefined,
  wrong: readonly string[],
): Promise<string | undefined> {
  if (wrong.length > 0) return `not as before: ${listChains(wrong)}`;
  if (step.created && live !== undefined && isPristine(live)) await kernel.removeEmptyTable(step, step.table);
  return undefined;
}
