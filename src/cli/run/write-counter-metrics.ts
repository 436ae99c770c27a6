import { countTotals } from '../../app/query/count-totals.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { counterMetrics } from '../../core/report/metrics/counter-metrics.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TotalsStore } from '../../ports/record-ports.ts';
import { printMetrics } from '../../ui/formats/print-metrics.ts';
import { wireMetrics } from '../../wire/wire.ts';
import { writeText } from '../output/write-lines.ts';

/**
 * Writes what rules have counted to a file of metrics, or to standard output for `-`. The totals are kept first: what was written once is never taken back, and a file that
 * cannot be written is made up for by the next one.
 */
export async function writeCounterMetrics(
  ports: Ports,
  store: TotalsStore,
  path: string,
  options: Parameters<typeof countTotals>[2] & { readonly warn: (warnings: readonly Diagnostic[]) => void },
): Promise<void> {
  const open = await store.open();
  try {
    const { totals, shown, warnings } = await countTotals(ports, await open.read(), options);
    options.warn(warnings);
    await open.write(totals);
    const text = printMetrics(counterMetrics(shown));
    if (path === '-') await writeText(text, 'the metrics could not be written; the next call has all that they had');
    else await wireMetrics(path, text).catch((cause: Error) => fail(path, cause));
  } finally {
    await open.close();
  }
}

function fail(path: string, cause: Error): never {
  throw new FwError('env.output', `the metrics are not written to ${path}`, {
    output: cause.message,
    next: 'Name a file in a folder that is there and has room. What was counted is kept, and the next call has it.',
    cause,
  });
}
