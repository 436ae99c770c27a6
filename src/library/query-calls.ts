import { type HistoryLine, historyLine, listHistory } from '../app/generations/list-history.ts';
import { pickGeneration } from '../app/generations/pick-generation.ts';
import { readForImport } from '../app/import/read-for-import.ts';
import { takeSnapshot } from '../app/live/take-snapshot.ts';
import { countSince } from '../app/query/count-since.ts';
import { findDrift } from '../app/query/find-drift.ts';
import { findForeignDrift } from '../app/query/find-foreign-drift.ts';
import { listCounters } from '../app/query/list-counters.ts';
import { readStatus } from '../app/query/read-status.ts';
import { traceTraffic } from '../app/query/trace-traffic.ts';
import { isInScope, isWanted } from '../core/counters/choose-rows.ts';
import {
  type CounterDocument,
  counterDocument,
  goneDocument,
  sinceDocument,
} from '../core/counters/counter-document.ts';
import { FwError } from '../core/diagnostics/errors.ts';
import type { TraceDocument } from '../core/packets/trace/trace-document.ts';
import { placeDiagnostics } from '../core/plan/view/placed.ts';
import { type DriftDocument, driftDocument } from '../core/report/drift-document.ts';
import { type StatusDocument, statusDocument } from '../core/report/status-document.ts';
import type { Ports } from '../ports/ports.ts';
import { type Context, runCall } from './call.ts';
import { checkText } from './check-options.ts';
import { makeOf } from './make-plan-call.ts';
import type {
  CallOptions,
  CountedDocument,
  CountersRequest,
  DriftRequest,
  SnapshotRequest,
  TraceRequest,
} from './types.ts';

function look<T>(context: Context, { signal }: CallOptions, work: (ports: Ports) => Promise<T>): Promise<T> {
  return runCall(context, { signal, isReading: true }, ({ ports }) => work(ports));
}

/** `firewall.snapshot()`. */
export function snapshotCall(context: Context, request: SnapshotRequest & CallOptions): Promise<string> {
  const { namespaces = ['host'], backend = 'auto' } = request;
  return look(context, request, async (ports) => {
    const live = await readForImport(ports, namespaces, backend);
    return takeSnapshot(ports, live, { fwVersion: context.fwVersion, host: context.host });
  });
}

/** `firewall.drift()`. */
export function driftCall(context: Context, request: DriftRequest & CallOptions): Promise<DriftDocument> {
  return look(context, request, async (ports) => {
    const numbered = await pickGeneration(ports, request.since ?? 'last');
    const { inputs, warnings, ...drift } = await findDrift(ports, numbered, {
      context: 0,
      stateName: request.stateName,
    });
    const foreign = request.foreign === true ? await findForeignDrift(ports, inputs, 0) : undefined;
    return driftDocument({ ...drift, foreign }, numbered, placeDiagnostics(warnings, new Map()));
  });
}

/** `firewall.counters()`. */
export function countersCall(
  context: Context,
  request: CountersRequest & CallOptions,
): Promise<readonly CounterDocument[]> {
  const { namespaces = ['host'], backend = 'auto', chains = [], since } = request;
  const { families = [], tables = [], dropping = false } = request;
  return look(context, request, async (ports) => {
    const { rows } = await listCounters(ports, { namespaces, backend, chains, since });
    return rows.filter((row) => isWanted(row, { families, tables, chains, dropping, since })).map(counterDocument);
  });
}

/** `firewall.countersSinceLast()`: the baseline of the reader moves once it was told, as in `fw counters --since-last`. */
export function countersSinceLastCall(
  context: Context,
  reader: string,
  tell: (counted: CountedDocument) => void | Promise<void>,
  request: CountersRequest & CallOptions,
): Promise<void> {
  const { namespaces = ['host'], backend = 'auto', chains = [], since } = request;
  const { families = [], tables = [], dropping = false, signal } = request;
  const filter = { families, tables, chains, dropping, since };
  return runCall(context, { signal, isReading: false }, async ({ ports, stop }) => {
    const open = await context.baselines.open(checkText('reader', reader));
    try {
      const counted = await countSince(ports, await open.read(), { namespaces, backend, chains, since });
      stop.throwIfAborted();
      await tellAll(reader, tell, {
        since: counted.namespaces.map((one) => sinceDocument(reader, one)),
        counters: counted.rows.filter((row) => isWanted(row, filter)).map(counterDocument),
        gone: counted.gone.filter((one) => isInScope({ ...one, position: goneAt(one) }, filter)).map(goneDocument),
      });
      await open.write(counted.baseline);
    } finally {
      await open.close();
    }
  });
}

/** Rules that are gone had some place; a policy has none. */
function goneAt({ text }: { readonly text: string }): number | undefined {
  return text === 'policy' ? undefined : 1;
}

async function tellAll(
  reader: string,
  tell: (counted: CountedDocument) => void | Promise<void>,
  counted: CountedDocument,
): Promise<void> {
  try {
    await tell(counted);
  } catch (cause) {
    const message = `the reader ${reader} did not take what was counted, so its next call tells it again`;
    const output = cause instanceof Error ? cause.message : String(cause);
    throw new FwError('env.output', message, { output, next: 'See why tell() failed, then call again.', cause });
  }
}

/** `firewall.trace()`. */
export function traceCall(context: Context, request: TraceRequest & CallOptions): Promise<TraceDocument> {
  const { in: input, out: output, ctstate: state, desired, namespace = 'host', backend = 'auto' } = request;
  const { protocol, source, destination, flags, icmp, mark, mac } = request;
  return look(context, request, (ports) =>
    traceTraffic(ports, {
      words: { protocol, source, destination, input, output, state, flags, icmp, mark, mac },
      namespace,
      backend,
      ...(desired === undefined ? {} : { desired: () => makeOf(ports, desired, { allowEmpty: false, context: 0 }) }),
    }),
  );
}

/** `firewall.status()`. */
export function statusCall(context: Context, options: CallOptions): Promise<StatusDocument> {
  return look(context, options, async (ports) => statusDocument(await readStatus(ports, 'all')));
}

/** `firewall.history()`. */
export function historyCall(context: Context, options: CallOptions): Promise<readonly HistoryLine[]> {
  return look(context, options, async (ports) => (await listHistory(ports)).map(historyLine));
}
