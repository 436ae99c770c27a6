import { FwError } from '../core/errors.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { readRefusal } from '../core/normal/refusal.ts';
import { type Commit, commitOrder } from '../core/plan/commit-order.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { printEdits } from '../core/restore/print-edits.ts';
import type { Ports, Ran } from '../ports.ts';
import type { Rehearsed } from './way-back.ts';

/** nft namespaces commit side by side, this many at once; the legacy lock is one for the whole machine. */
const LANES = 4;

/**
 * Commits the steps: in order within a namespace, namespaces side by side where the backend allows it. A step is added to `begun`
 * before it starts, so the caller knows what may have happened when this throws. After a failure no further step begins.
 */
export async function runSteps(
  ports: Ports,
  rehearsed: readonly Rehearsed[],
  begun: Rehearsed[],
  stop: AbortSignal,
): Promise<void> {
  const queues = groupByNamespace(rehearsed);
  const legacy = queues.filter((queue) => queue[0]?.step.backend === 'legacy');
  const nft = queues.filter((queue) => queue[0]?.step.backend === 'nft');
  const failures: unknown[] = [];
  const work = async (waiting: Rehearsed[][]) => {
    for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
      for (const commit of commitOrder(queue)) {
        if (failures.length > 0) return;
        try {
          if (stop.aborted) throw stop.reason;
          if (commit.isFirst) begun.push(commit.item);
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

async function runCommit({ kernel, report }: Ports, commit: Commit<Rehearsed>): Promise<void> {
  const { step } = commit.item;
  if (commit.isFirst) report({ kind: 'step.start', step });
  const ran = await kernel.restore(step, printEdits(step.table, commit.transactions));
  if (ran.exitCode === 0) return commit.isLast ? report({ kind: 'step.done', step }) : undefined;
  const said = reasonOf(ran);
  report({ kind: 'step.failed', step, said });
  throw new FwError('kernel.rejected', `${stepLabel(step)}: iptables-restore failed with exit code ${ran.exitCode}`, {
    said,
  });
}

function reasonOf(ran: Ran): string {
  return ran.problem === undefined ? readRefusal(ran.stderr).said : `iptables-restore: ${ran.problem}`;
}

function groupByNamespace(rehearsed: readonly Rehearsed[]): Rehearsed[][] {
  const groups = new Map<string, Rehearsed[]>();
  for (const item of rehearsed) {
    const { namespace } = item.step;
    const key = `${namespace.kind} ${namespaceLabel(namespace)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
