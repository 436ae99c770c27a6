import type { PlannedCheck } from '../desired/types.ts';
import { splitOrigin } from '../plan/view/split-origin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { ProbeDocument } from './types.ts';

/** A check in full: what is run or reached, from where, and what passes. */
export function probeDocument({ name, probe, from, retries, timeoutMs, waitMs, origin }: PlannedCheck): ProbeDocument {
  return {
    name: name ?? null,
    kind: probe.kind,
    command: probe.kind === 'command' ? probe.words : null,
    host: probe.kind === 'tcp' ? probe.host : null,
    port: probe.kind === 'tcp' ? probe.port : null,
    url: probe.kind === 'http' ? probe.url : null,
    status: probe.kind === 'http' ? (probe.status ?? null) : null,
    from: namespaceLabel(from),
    timeout_ms: timeoutMs,
    retries,
    wait_ms: waitMs,
    source: splitOrigin(origin),
  };
}
