import type { MetricFacts } from '../core/metrics/metrics-of.ts';
import type { Ports } from '../ports.ts';
import { readStatus } from './read-status.ts';

/** What the data folder knows for metrics. Nothing where this user may not look. */
export async function readMetricFacts(ports: Ports): Promise<Pick<MetricFacts, 'generation' | 'confirmPending'>> {
  if (!ports.kernel.isPrivileged()) return {};
  const { pending, generation } = await readStatus(ports);
  return {
    confirmPending: pending.some(({ standing }) => standing.kind !== 'not live'),
    generation:
      generation === undefined
        ? { number: 0, at: 0 }
        : { number: generation.number, at: Date.parse(generation.at) / 1000 },
  };
}
