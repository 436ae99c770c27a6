import type { Metric } from '../../core/report/metrics/metrics-of.ts';
import { cleanText } from '../text/clean-text.ts';

/** Metrics for the textfile collector of node_exporter. Without timestamps: the collector refuses a file that has some. */
export function printMetrics(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, type = 'gauge', samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ labels, value }) => `${name}${printLabels(labels)} ${value}`),
        '',
      ].join('\n'),
    )
    .join('');
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, quote and line end have escapes of their own; other controls are made visible first. */
function escapeValue(value: string): string {
  return cleanText(value, true).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
