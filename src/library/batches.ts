import { FwError } from '../core/diagnostics/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { checkChange, type Documents, type Request } from './batch-request.ts';
import type { Batches, BatchesOptions, Carried, Change } from './batch-types.ts';
import type { Context } from './call.ts';
import { carry } from './carry-batch.ts';
import { allowedGuards, checkSeconds } from './check-options.ts';
import { toFirewallError } from './firewall-error.ts';
import { checkName } from './make-plan-call.ts';
import { readDocuments } from './memory-state.ts';

/** `firewall.batches()`: a queue in front of applies, of which one is at work at a time. */
export function makeBatches(context: Context, options: BatchesOptions): Batches {
  let kept = checkOptions(context, options);
  let waiting: Request[] = [];
  let asked = 0;
  let holds = 0;
  let isAtWork = false;

  const work = async () => {
    // In the next turn of the event loop, so that all who ask in this one are in one batch.
    for (await turn(); waiting.length > 0 && holds === 0; await turn()) {
      const batch = waiting;
      waiting = [];
      kept = await carry(context, options, kept, batch);
    }
    isAtWork = false;
  };
  const begin = () => {
    if (isAtWork) return;
    isAtWork = true;
    void work();
  };

  const defer = (change: Change, signal: AbortSignal | undefined) =>
    new Promise<Carried>((resolve, reject) => {
      if (signal?.aborted === true) throw withdrawn(signal);
      if (waiting.length >= LIMITS.changesWaiting.most)
        throw new FwError('usage', `more than ${LIMITS.changesWaiting.most} changes wait to be applied`, {
          next: 'Wait until some of them are carried, and put more into one change.',
        });
      const withdraw = () => {
        if (!waiting.includes(request)) return;
        waiting = waiting.filter((one) => one !== request);
        request.reject(toFirewallError(withdrawn(signal), false, context.where));
      };
      const unfollow = () => signal?.removeEventListener('abort', withdraw);
      asked += 1;
      const request: Request = {
        ...checkChange(change),
        number: asked,
        resolve: (carried) => {
          unfollow();
          resolve(carried);
        },
        reject: (error) => {
          unfollow();
          reject(error);
        },
      };
      signal?.addEventListener('abort', withdraw);
      waiting.push(request);
      begin();
    });

  return {
    defer: (change, { signal } = {}) =>
      defer(change, signal).catch((error: unknown) => {
        throw toFirewallError(error, false, context.where);
      }),
    hold: () => {
      let isOpen = true;
      holds += 1;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        holds -= 1;
        begin();
      };
    },
    documents: () => [...kept.values()],
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function withdrawn(signal: AbortSignal | undefined): FwError {
  return new FwError('run.interrupted', 'the caller took the change back before it was carried', {
    cause: signal?.reason,
  });
}

function checkOptions(context: Context, options: BatchesOptions): Documents {
  try {
    checkName(options.name);
    allowedGuards(options.allow ?? []);
    checkSeconds('lockTimeoutSeconds', options.lockTimeoutSeconds);
    return readDocuments(options.documents);
  } catch (error) {
    throw toFirewallError(error, false, context.where);
  }
}
