import { type ApplyStateOptions, type Approval, applyState, type Applied as Done } from '../app/apply/apply.ts';
import { findFindings } from '../app/plan/find-findings.ts';
import { guard } from '../app/plan/guard.ts';
import type { MadePlan } from '../app/plan/make-plan.ts';
import { planOfFile } from '../app/plan/plan-of-file.ts';
import { FwError } from '../core/diagnostics/errors.ts';
import { exposure } from '../core/guards/check-exposure.ts';
import type { Finding } from '../core/guards/finding.ts';
import { hasChanges } from '../core/plan/count-changes.ts';
import { type Call, type Context, runCall } from './call.ts';
import { allowedGuards, checkSeconds } from './check-options.ts';
import { fileOf, proposalOf, THE_PLAN } from './made-plans.ts';
import type { Applied, ApplyOptions, Plan } from './types.ts';

/** `firewall.apply()`: exactly this plan, as `fw apply FILE` does. */
export function applyCall(context: Context, plan: Plan, options: ApplyOptions): Promise<Applied> {
  return runCall(context, { signal: options.signal, isReading: false }, async (call) => {
    const file = fileOf(plan);
    const make = () => planOfFile(call.ports, THE_PLAN, file).catch(adviseAnew);
    return carryOut(context, call, options, { state: file.state, make });
  });
}

/** An apply or a rollback: what the commands of these names do between their flags and their words. */
export async function carryOut(
  context: Context,
  { ports, stop, beginWriting }: Call,
  options: ApplyOptions,
  what: Pick<ApplyStateOptions, 'state' | 'make' | 'restores'> & {
    /** What in a plan needs more than calling apply; found out here where the caller has not. */
    readonly findings?: (made: MadePlan) => Promise<readonly Finding[]>;
  },
): Promise<Applied> {
  const { operator, host } = context;
  const { findings: find = (made) => findFindings(ports, made), ...toApply } = what;
  const allowed = allowedGuards(options.allow ?? []);
  const confirmSeconds = checkSeconds('confirmSeconds', options.confirmSeconds);
  const lockTimeoutSeconds = checkSeconds('lockTimeoutSeconds', options.lockTimeoutSeconds) ?? 0;
  const recovered: string[] = [];
  const approval: Approval = {
    recovered: ({ rolledBack }) => void recovered.push(...rolledBack.map(({ id }) => id)),
    moved: () => {},
    unchanged: async (made) => guard(await find(made), { allowed }),
    approve: async (made) => {
      stop.throwIfAborted();
      const findings = await find(made);
      await guard(findings, { allowed });
      if (options.approve !== undefined) {
        const proposal = await proposalOf(context, ports, made, { state: what.state, withTraffic: true, findings });
        await ask(options.approve, proposal);
      }
      // A caller who names this guard says yes to what it is closed for.
      return findings.some(({ flag }) => flag === exposure.flag && allowed.has(flag));
    },
  };
  const common = { operator, host, lockTimeoutSeconds, confirmSeconds, stop, beginWriting };
  return appliedOf(await applyState(ports, { ...common, ...toApply }, approval), recovered);
}

/** Throws `apply.unapproved` for every answer but true. */
async function ask(
  approve: NonNullable<ApplyOptions['approve']>,
  proposal: Parameters<typeof approve>[0],
): Promise<void> {
  let answer: unknown;
  try {
    answer = await approve(proposal);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new FwError('apply.unapproved', `the plan was not approved: approve() failed: ${words}`, { cause });
  }
  if (answer !== true) throw new FwError('apply.unapproved', 'the plan was not approved');
}

/** The advice for a saved plan names its file. */
function adviseAnew(error: unknown): never {
  if (!(error instanceof FwError) || error.code !== 'plan.stale') throw error;
  const output = error.output === undefined ? {} : { output: error.output };
  throw new FwError('plan.stale', error.message, {
    ...output,
    next: 'Plan again: that plan is about what is live now, and is empty where nothing is left to do.',
    cause: error,
  });
}

function appliedOf(done: Done, recovered: readonly string[]): Applied {
  const { made, generation = null, unfiled = null, pending } = done;
  return {
    changed: hasChanges(made.plan),
    generation,
    pending: pending === undefined ? null : { id: pending.id, deadline: pending.deadline },
    unfiled,
    recovered,
  };
}
