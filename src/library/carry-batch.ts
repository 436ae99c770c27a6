import { findFindings } from '../app/plan/find-findings.ts';
import { guard } from '../app/plan/guard.ts';
import type { MadePlan } from '../app/plan/make-plan.ts';
import { type ErrorCode, FwError } from '../core/diagnostics/errors.ts';
import type { Finding } from '../core/guards/finding.ts';
import { LIMITS } from '../core/limits.ts';
import { admit, isOfWhatIsAsked } from './admit-changes.ts';
import { carryOut } from './apply-call.ts';
import { type Documents, documentsWith, type Request } from './batch-request.ts';
import type { BatchesOptions } from './batch-types.ts';
import { type Call, type Context, runCall } from './call.ts';
import { allowedGuards } from './check-options.ts';
import { type FirewallError, toFirewallError } from './firewall-error.ts';
import { makeOf } from './make-plan-call.ts';
import { MEMORY } from './memory-state.ts';

const LOCK_SECONDS = 30;

/** What only the apply itself has shown, and a part of the changes may not meet. */
const WENT_BACK: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['apply.rolled-back', 'apply.check-failed']);

type Batch = {
  readonly context: Context;
  readonly options: BatchesOptions;
  waysBack: number;
};

/** Carries a batch, tells every caller, and resolves to what the documents are then. Never rejects. */
export function carry(
  context: Context,
  options: BatchesOptions,
  kept: Documents,
  requests: readonly Request[],
): Promise<Documents> {
  return carryIn({ context, options, waysBack: 0 }, kept, requests);
}

/** One apply for all; where it goes back, one for each half. */
async function carryIn(batch: Batch, kept: Documents, requests: readonly Request[]): Promise<Documents> {
  const { context, options } = batch;
  const { signal } = options;
  let left = requests;
  try {
    const { pending: _, ...applied } = await runCall(context, { signal, isReading: false }, (call) => {
      const { findings, plan } = planning(options, call, kept);
      const make = async () => {
        const { admitted, refused, made } = await admit(left, plan);
        left = admitted;
        for (const [one, error] of refused) one.reject(toFirewallError(error, false, context.where));
        if (made !== undefined) return made;
        throw [...refused.values()].at(-1);
      };
      const { allow = [], lockTimeoutSeconds = LOCK_SECONDS } = options;
      return carryOut(context, call, { allow, lockTimeoutSeconds }, { state: MEMORY, make, findings });
    });
    for (const one of left) one.resolve({ ...applied, carried: left.length });
    return documentsWith(kept, left);
  } catch (thrown) {
    const error = toFirewallError(thrown, true, context.where);
    if (left.length > 1 && mayBeOfOne(batch, error)) {
      const middle = Math.ceil(left.length / 2);
      const then = await carryIn(batch, kept, left.slice(0, middle));
      return carryIn(batch, then, left.slice(middle));
    }
    for (const one of left) one.reject(error);
    return kept;
  }
}

/** Half of the changes may be applied without the one that is at fault. */
function mayBeOfOne(batch: Batch, error: FirewallError): boolean {
  if (isOfWhatIsAsked(error)) return true;
  if (!WENT_BACK.has(error.code) || error.firewall !== 'rolled back and verified') return false;
  batch.waysBack += 1;
  return batch.waysBack <= LIMITS.batchReturns.most;
}

/** Plans for the documents with some of the changes; a closed guard is an error of these changes as well. */
function planning({ name, vars = [], allow = [] }: BatchesOptions, call: Call, kept: Documents) {
  const allowed = allowedGuards(allow);
  const found = new WeakMap<MadePlan, Promise<readonly Finding[]>>();
  const findings = (made: MadePlan) => {
    const known = found.get(made) ?? findFindings(call.ports, made);
    found.set(made, known);
    return known;
  };
  const plan = async (requests: readonly Request[]) => {
    call.stop.throwIfAborted();
    const documents = [...documentsWith(kept, requests).values()];
    const made = await makeOf(
      call.ports,
      { name, documents },
      { allowEmpty: true, context: 0, given: { vars, files: [] }, expectsChanges: true },
    );
    refuseAbandoned(made);
    await guard(await findings(made), { allowed });
    return made;
  };
  return { findings, plan };
}

/** A caller who takes the last document of a namespace away would be told that it is done, with the rules still there. */
function refuseAbandoned({ warnings, sources }: MadePlan): void {
  const left = warnings.filter(({ code }) => code === 'state.abandoned');
  if (left.length === 0) return;
  throw new FwError('state.invalid', 'rules that were applied would stay, since no document is about them any more', {
    next: 'Keep a document that names the namespace, the owner and the tables, and has no rules: then what was applied goes.',
    diagnostics: left.map((one) => ({ ...one, severity: 'error' })),
    sources,
  });
}
