import { readMetricFacts } from '../../app/query/read-metric-facts.ts';
import { type MetricFacts, metricsOf } from '../../core/report/metrics/metrics-of.ts';
import type { Ports } from '../../ports/ports.ts';
import { printMetrics } from '../../ui/formats/print-metrics.ts';
import { wireMetrics } from '../../wire/wire.ts';
import { warn } from '../output/warn.ts';

/** Writes what --metrics asks for. A run is not worth less because its metrics could not be written: that is a warning. */
export async function writeMetrics(
  ports: Ports,
  path: string | undefined,
  facts: MetricFacts,
  /** Path of the state, where the run is about one. */
  state?: string,
): Promise<void> {
  if (path === undefined) return;
  try {
    await wireMetrics(path, printMetrics(metricsOf({ ...(await readMetricFacts(ports, state)), ...facts })));
  } catch (error) {
    warn(`the metrics are not written to ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
