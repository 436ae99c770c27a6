import { FwError } from '../core/diagnostics/errors.ts';
import type { Progress } from '../core/plan/progress.ts';
import { progressEvent } from '../core/report/stream/progress-event.ts';
import type { Ports, Reporter } from '../ports/ports.ts';
import type { BaselineStore } from '../ports/record-ports.ts';
import { toFirewallError } from './firewall-error.ts';
import type { FirewallEvent } from './types.ts';

/** What every call of a firewall has of it. */
export type Context = {
  /** New for each call, as for each run of a command. */
  readonly ports: (report: Reporter) => Ports;
  /** Runs the work under the limits of time of this firewall. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
  readonly baselines: BaselineStore;
  readonly fwVersion: string;
  readonly host: string;
  readonly operator: string;
  /** What a printed command needs behind it to be about the data folder. */
  readonly where: string;
  readonly onEvent: ((event: FirewallEvent) => void) | undefined;
  readonly signal: AbortSignal | undefined;
};

export type Call = {
  readonly ports: Ports;
  /** Aborted with the error that the call must end with. */
  readonly stop: AbortSignal;
  /** Called before anything is written. Throws where the call was stopped: then nothing is. */
  readonly beginWriting: () => void;
};

/**
 * Runs one call: with ports, limits and events of its firewall, and with the one place where an error becomes a FirewallError. A call that only reads ends at once when it is stopped;
 * one that may write ends by itself, so that nothing of it is at work any more when it has ended.
 */
export async function runCall<T>(
  context: Context,
  options: { readonly signal?: AbortSignal | undefined; readonly isReading: boolean },
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let isWriting = false;
  const beginWriting = () => {
    stop.signal.throwIfAborted();
    isWriting = true;
  };
  const unfollow = follow(stop, [context.signal, options.signal]);
  try {
    stop.signal.throwIfAborted();
    const ports = context.ports(tellEvents(context.onEvent));
    const done = context.within(() => work({ ports, stop: stop.signal, beginWriting }));
    return await (options.isReading ? untilStopped(done, stop.signal) : done);
  } catch (error) {
    throw toFirewallError(error, isWriting, context.where);
  } finally {
    unfollow();
  }
}

/** Aborts when one of the signals does. Resolves nothing: it is undone by what it returns. */
function follow(stop: AbortController, signals: readonly (AbortSignal | undefined)[]): () => void {
  const undo: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    const abort = () =>
      stop.abort(new FwError('run.interrupted', 'the caller stopped the call', { cause: signal.reason }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    undo.push(() => signal.removeEventListener('abort', abort));
  }
  return () => {
    for (const one of undo) one();
  };
}

async function untilStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  let reject = () => {};
  const stopped = new Promise<never>((_, fail) => {
    reject = () => fail(stop.reason);
    stop.addEventListener('abort', reject);
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', reject);
    work.catch(() => undefined);
  }
}

/** Progress as events of the stream. A listener that fails must not end an apply in the middle. */
function tellEvents(onEvent: Context['onEvent']): Reporter {
  if (onEvent === undefined) return () => {};
  let started = performance.now();
  return (progress: Progress) => {
    if (progress.kind === 'step.start') started = performance.now();
    const event = progressEvent(progress, Math.round(performance.now() - started) / 1000);
    if (event === undefined) return;
    const { type, level, message, fields } = event;
    const at = new Date().toISOString();
    try {
      onEvent({ '@level': level, '@message': message, '@module': 'fw', '@timestamp': at, type, ...fields });
    } catch {
      // Documented: it is dropped.
    }
  };
}
