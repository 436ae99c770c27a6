import { FwError } from '../../core/diagnostics/errors.ts';
import { diffTable } from '../../core/diff/diff-table.ts';
import { holds } from '../../core/generation/holds-declared.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { digestOwned } from '../../core/plan/precondition.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import { digestTable } from '../../core/rules/digest.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Table } from '../../core/rules/types.ts';
import { isAfter, isBefore } from '../../core/sets/check-step.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';
import { readStepSets } from '../live/read-step-sets.ts';
import { readTables } from '../live/read-tables.ts';

/** Differences shown for one table; the rest is counted. */
const MOST = 10;

/**
 * Throws `plan.stale` when a table of the plan is not what the plan was made from, with the difference since then, and for each
 * changed chain whether the plan touches it.
 */
export async function checkFresh(
  ports: Ports,
  path: string,
  file: PlanFile,
  inputs: readonly Pick<NamespaceInput, 'namespace' | 'live'>[],
): Promise<void> {
  const live = new Map(inputs.map((input) => [namespaceLabel(input.namespace), input.live]));
  const output = tableSteps(file.plan).flatMap((step) => {
    const rules = live.get(namespaceLabel(step.namespace))?.[step.family];
    const table = rules?.tables.find(({ name }) => name === step.table);
    if (digestTable(table, step.table) === step.digests.before) return [];
    const touched = new Set(step.chains.map((chain) => chain.name));
    return describe(stepLabel(step), step.before, table, step.table, touched);
  });
  const sets = setSteps(file.plan);
  const found = await readStepSets(ports.kernel, sets);
  for (const [index, step] of sets.entries()) {
    if (!isBefore(step, found[index]?.live)) output.push(`${stepLabel(step)} is not what the plan starts from`);
  }
  if (output.length === 0) return;
  await checkNotApplied(ports, path, file);
  throw new FwError('plan.stale', `${path} no longer matches the live rules: since it was made at ${file.created}`, {
    output: output.join('\n'),
    next: `See the combined result with fw plan --rebase ${shellWord(path)}, or plan again.`,
  });
}

function describe(
  label: string,
  before: Table | undefined,
  live: Table | undefined,
  name: Table['name'],
  touched: ReadonlySet<string>,
): readonly string[] {
  return diffTable(name, before, live).chains.flatMap((chain) => {
    const matters = touched.has(chain.name) ? 'touches a chain of this plan' : 'a chain that this plan does not touch';
    const old = new Set(chain.kept.map(([from]) => from));
    const fresh = new Set(chain.kept.map(([, to]) => to));
    const lines = [
      ...(chain.before?.policy === chain.after?.policy
        ? []
        : [`~ policy ${chain.before?.policy} -> ${chain.after?.policy}`]),
      ...(chain.before?.rules ?? []).flatMap((rule, at) => (old.has(at) ? [] : [`- ${rule.text}`])),
      ...(chain.after?.rules ?? []).flatMap((rule, at) => (fresh.has(at) ? [] : [`+ ${rule.text}`])),
    ];
    const more = lines.length > MOST ? [`  and ${lines.length - MOST} more`] : [];
    return [`${label} ${chain.name} (${matters}):`, ...lines.slice(0, MOST).map((line) => `  ${line}`), ...more];
  });
}

/** Throws `plan.stale`, naming the generation, for a plan that is stale because everything it would do is done. */
async function checkNotApplied(ports: Ports, path: string, file: PlanFile): Promise<void> {
  if (!(await isDone(ports, file))) return;
  const number = await generationOf(ports, file);
  const how = number === undefined ? 'all that it changes is live already' : `already applied as generation ${number}`;
  throw new FwError('plan.stale', `${path} has nothing left to do: ${how}`, {
    next: 'Nothing is left to do. fw history tells who applied what.',
  });
}

async function isDone({ kernel }: Ports, { plan }: PlanFile): Promise<boolean> {
  const [tables, sets] = [tableSteps(plan), setSteps(plan)];
  const live = await readTables(kernel, tables);
  const found = await readStepSets(kernel, sets);
  const isLive = tables.every((step, index) => digestOwned(step, live[index]) === digestOwned(step, step.after));
  return isLive && sets.every((step, index) => isAfter(step, found[index]?.live));
}

/** The first of the generations since the plan was made, up to the newest, that hold what it declares: the apply that brought it. */
async function generationOf(ports: Ports, file: PlanFile): Promise<number | undefined> {
  let first: number | undefined;
  for await (const { number, generation } of keptGenerations(ports, 'newest')) {
    if (generation.at < file.created || !holds(generation.namespaces, file.namespaces, file.selection)) break;
    first = number;
  }
  return first;
}
