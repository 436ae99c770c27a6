import { confirm } from '../app/recover/confirm.ts';
import { recoverAll } from '../app/recover/recover-all.ts';
import { reject } from '../app/recover/reject.ts';
import { returnTarget } from '../app/rollback/return-target.ts';
import { FwError } from '../core/diagnostics/errors.ts';
import { namespaceLabel } from '../core/rules/namespace-label.ts';
import { carryOut } from './apply-call.ts';
import { type Context, runCall } from './call.ts';
import { checkText } from './check-options.ts';
import type { Applied, CallOptions, Confirmed, Recovered, Rejected, RollbackOptions } from './types.ts';

/** `firewall.confirm()`. */
export function confirmCall(context: Context, id: string | undefined, { signal }: CallOptions): Promise<Confirmed> {
  return runCall(context, { signal, isReading: false }, async ({ ports, beginWriting }) => {
    const wanted = id === undefined ? undefined : checkText('id', id);
    beginWriting();
    const { run, generation = null, gone, differs, unread = null } = await confirm(ports, wanted);
    const away = gone.map(({ namespace, why }) => ({ namespace: namespaceLabel(namespace), why }));
    return { id: run.id, generation, gone: away, differs, unread };
  });
}

/** `firewall.reject()`. */
export function rejectCall(context: Context, id: string | undefined, { signal }: CallOptions): Promise<Rejected> {
  return runCall(context, { signal, isReading: false }, async ({ ports, beginWriting }) => {
    const wanted = id === undefined ? undefined : checkText('id', id);
    beginWriting();
    const rejected = await reject(ports, wanted);
    const { why, isUndone, unrecorded = null } = rejected;
    return { id: rejected.id, why, undone: isUndone, unrecorded };
  });
}

/** `firewall.recover()`. */
export function recoverCall(context: Context, { signal }: CallOptions): Promise<Recovered> {
  return runCall(context, { signal, isReading: false }, async ({ ports, beginWriting }) => {
    const { rolledBack, unrecorded, rewatched, leftAlone } = await recoverAll(ports, beginWriting);
    return {
      rolledBack: rolledBack.map(({ id }) => id),
      unrecorded: unrecorded.map(({ run }) => run.id),
      rewatched,
      waiting: leftAlone.map(({ id }) => id),
    };
  });
}

/** `firewall.rollback()`: as `fw rollback`, but an apply that waits to be confirmed is never taken back by it. */
export function rollbackCall(context: Context, options: RollbackOptions): Promise<Applied> {
  const { to = 'previous', stateName, signal } = options;
  return runCall(context, { signal, isReading: false }, async (call) => {
    const { ports } = call;
    if (to !== 'last' && to !== 'previous' && !(Number.isInteger(to) && to >= 0))
      throw new FwError('usage', `${JSON.stringify(to)} is no generation: give a number, last or previous`);
    const target = await returnTarget(ports, to, stateName);
    const { label } = target;
    const make = async () => {
      // Under the lock: another apply may have come since.
      const now = await returnTarget(ports, to, stateName);
      if (now.key === target.key) return now.make({ context: 0, label });
      throw new FwError(
        'plan.stale',
        `another apply came meanwhile, so the way back is not the one to ${label} any more`,
        {
          next: 'See fw history, then call rollback again.',
        },
      );
    };
    return carryOut(context, call, options, { state: label, make, restores: target.restores });
  });
}
