import { applyCall } from './apply-call.ts';
import { makeBatches } from './batches.ts';
import type { Context } from './call.ts';
import { planCall } from './make-plan-call.ts';
import {
  countersCall,
  countersSinceLastCall,
  driftCall,
  historyCall,
  snapshotCall,
  statusCall,
  traceCall,
} from './query-calls.ts';
import { confirmCall, recoverCall, rejectCall, rollbackCall } from './return-calls.ts';
import type { Firewall } from './types.ts';

/** The calls of a firewall, over the ports that the context makes. */
export function makeFirewall(context: Context): Firewall {
  return {
    snapshot: (request = {}) => snapshotCall(context, request),
    plan: (request) => planCall(context, request),
    apply: (plan, options = {}) => applyCall(context, plan, options),
    confirm: (id, options = {}) => confirmCall(context, id, options),
    reject: (id, options = {}) => rejectCall(context, id, options),
    rollback: (options = {}) => rollbackCall(context, options),
    recover: (options = {}) => recoverCall(context, options),
    drift: (request = {}) => driftCall(context, request),
    counters: (request = {}) => countersCall(context, request),
    countersSinceLast: (reader, tell, request = {}) => countersSinceLastCall(context, reader, tell, request),
    trace: (request) => traceCall(context, request),
    status: (options = {}) => statusCall(context, options),
    batches: (options) => makeBatches(context, options),
    history: (options = {}) => historyCall(context, options),
  };
}
