import type { Baseline } from '../../core/counters/baseline.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { type CountedSince, countSince } from './count-since.ts';

/** One look at the counters; `rows` have what was counted since the look before it. */
export type Reading = {
  readonly at: Date;
  /** Since the look before this one; undefined for the first. */
  readonly seconds: number | undefined;
  readonly counted: CountedSince;
};

/** A look that failed, after an earlier one had not: a namespace may be made anew, or another program have the lock. The next look tries again. */
export type FailedReading = { readonly at: Date; readonly fault: FwError };

/** Looks again and again until it is told to stop, which it does at once. Throws where the first look fails. Nothing is kept. */
export async function* readCounters(
  ports: Ports,
  options: Parameters<typeof countSince>[2] & { readonly intervalSeconds: number; readonly stop: AbortSignal },
): AsyncGenerator<Reading | FailedReading> {
  const { intervalSeconds, stop } = options;
  const stopped = new Promise<undefined>((resolve) => stop.addEventListener('abort', () => resolve(undefined)));
  let before: { readonly baseline: Baseline; readonly uptime: number } | undefined;
  while (!stop.aborted) {
    const [at, uptime] = [ports.clock.now(), ports.clock.uptime()];
    const found = await Promise.race([look(ports, before?.baseline, options), stopped]);
    if (found === undefined) return;
    if (found instanceof FwError) yield { at, fault: found };
    else {
      yield { at, seconds: before === undefined ? undefined : uptime - before.uptime, counted: found };
      before = { baseline: found.baseline, uptime };
    }
    const left = uptime + intervalSeconds - ports.clock.uptime();
    await Promise.race([ports.clock.sleep(Math.max(0, left) * 1000), stopped]);
  }
}

async function look(
  ports: Ports,
  before: Baseline | undefined,
  options: Parameters<typeof countSince>[2],
): Promise<CountedSince | FwError> {
  try {
    return await countSince(ports, before, options);
  } catch (error) {
    if (before !== undefined && error instanceof FwError) return error;
    throw error;
  }
}
