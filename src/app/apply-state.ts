import { FwError } from '../core/errors.ts';
import type { RunState } from '../core/journal/fold.ts';
import type { Ports } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import { type MadePlan, makePlan, type PlanOptions } from './make-plan.ts';
import { recover } from './recover.ts';

export type ApplyStateOptions = PlanOptions & {
  readonly operator: string;
  readonly lockTimeoutSeconds: number;
  readonly stop: AbortSignal;
  /** Called before the first write: from then on a stop means going back. */
  readonly beginWriting: () => void;
};

/** What an apply asks of whoever started it. */
export type Approval = {
  /** An unfinished apply was found and brought back. */
  recovered(runs: readonly RunState[]): void;
  /** Shows the plan and waits for the answer. Throws `apply.unapproved` when there is no yes. */
  approve(made: MadePlan): Promise<void>;
  /** Live rules changed while fw was waiting or rehearsing: the plan is made again. */
  moved(error: FwError): void;
};

/** Live rules that never hold still for the time of one rehearsal are not worth more attempts than this. */
const ATTEMPTS = 5;

/** All of `fw apply`. Resolves to the plan that was applied; a plan without steps means that nothing had to be done. */
export async function applyState(ports: Ports, options: ApplyStateOptions, approval: Approval): Promise<MadePlan> {
  const lock = await ports.lock.acquire('fw apply', options.lockTimeoutSeconds);
  try {
    const recovered = await recover(ports);
    if (recovered.length > 0) approval.recovered(recovered);
    for (let attempt = 1; ; attempt += 1) {
      const made = await makePlan(ports, options);
      if (made.plan.steps.length === 0) return made;
      await approval.approve(made);
      if (options.stop.aborted) throw options.stop.reason;
      const moved = await tryPlan(ports, made, options);
      if (moved === undefined) return made;
      if (attempt === ATTEMPTS) throw moved;
      approval.moved(moved);
    }
  } finally {
    await lock.release();
  }
}

/** Undefined when the plan is applied; the error when live had moved before anything was written. */
async function tryPlan(ports: Ports, made: MadePlan, options: ApplyStateOptions): Promise<FwError | undefined> {
  try {
    const { operator, stop, beginWriting } = options;
    const journal = await applyPlan(ports, made.plan, { operator, stop, beginWriting });
    await journal.append({ kind: 'end', at: ports.clock.now().toISOString(), outcome: 'applied' });
    return undefined;
  } catch (error) {
    if (error instanceof FwError && error.code === 'apply.moved') return error;
    throw error;
  }
}
