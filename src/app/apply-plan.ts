import { FwError } from '../core/errors.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { Plan, Step } from '../core/plan/types.ts';
import { digestTable } from '../core/ruleset/digest.ts';
import type { Ports } from '../ports.ts';
import { readTables } from './read-tables.ts';
import { type Rehearsed, rehearse } from './rehearse.ts';
import { rollBack } from './roll-back.ts';
import { runSteps } from './run-steps.ts';
import { verify } from './verify.ts';

export type ApplyOptions = {
  /** Aborted by a signal: no further table is begun, and what was done goes back. */
  readonly stop: AbortSignal;
};

/**
 * Carries out a plan and nothing else: all of it, proven by reading back, or none of it.
 * Throws `apply.moved` when live is not what the plan was made from (nothing was touched), `apply.rolled-back` when something
 * failed and everything is proven to be as before, `apply.broken` when that could not be proven.
 */
export async function applyPlan(ports: Ports, plan: Plan, options: ApplyOptions): Promise<void> {
  const { kernel, report } = ports;
  report({ kind: 'phase', phase: 'rehearse' });
  const rehearsed = await rehearse(kernel, plan.steps, await readTables(kernel, plan.steps));
  await checkUnmoved(ports, rehearsed);
  report({ kind: 'phase', phase: 'apply' });
  const begun: Rehearsed[] = [];
  try {
    await runSteps(ports, rehearsed, begun, options.stop);
    report({ kind: 'phase', phase: 'verify' });
    await verify(kernel, rehearsed);
  } catch (error) {
    throw await goBack(ports, begun, error);
  }
}

async function checkUnmoved({ kernel }: Ports, rehearsed: readonly Rehearsed[]): Promise<void> {
  const live = await readTables(kernel, rehearsed.map(({ step }) => step));
  const moved = rehearsed.find(({ step }, index) => digestTable(live[index], step.table) !== step.before);
  if (moved !== undefined) throw new FwError('apply.moved', `${label(moved.step)} changed after the plan was made`);
}

async function goBack({ kernel, report }: Ports, begun: readonly Rehearsed[], error: unknown): Promise<unknown> {
  if (begun.length === 0) return error;
  const reason = error instanceof FwError ? error : undefined;
  const isStop = reason?.code === 'run.interrupted' || reason?.code === 'run.terminated';
  const message = error instanceof Error ? error.message : String(error);
  const said = reason?.said;
  const { failed } = await rollBack(kernel, begun, report);
  const [first] = failed;
  if (first === undefined) {
    return new FwError(isStop ? reason.code : 'apply.rolled-back', message, {
      firewall: 'rolled back and verified',
      cause: error,
      ...(said === undefined ? {} : { said }),
    });
  }
  return new FwError('apply.broken', `${message}; then ${label(first.step)} could not be brought back`, {
    firewall: 'not proven: the way back failed',
    said: [said, ...failed.map(({ step, said: words }) => `${label(step)}: ${words}`)].join('\n'),
    cause: error,
  });
}

function label(step: Step): string {
  return `${namespaceLabel(step.namespace)} ${step.family} ${step.table}`;
}
