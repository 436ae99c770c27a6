import { countSince } from '../../app/query/count-since.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Ports } from '../../ports/ports.ts';
import type { BaselineStore } from '../../ports/record-ports.ts';
import type { Page } from '../../ui/text/page.ts';
import { type Chosen, printCounted } from '../output/print-counted.ts';
import { writeLines } from '../output/write-lines.ts';

/**
 * Tells a reader what was counted since its last call, and moves its baseline once that is written. So an output that fails loses nothing: the next call tells it
 * again, and so it does after a run that is killed in between.
 */
export async function tellReader(
  ports: Ports,
  baselines: BaselineStore,
  reader: string,
  options: Parameters<typeof countSince>[2] & {
    readonly chosen: Chosen;
    readonly page: Page | 'json';
    readonly warn: (warnings: readonly Diagnostic[]) => void;
  },
): Promise<void> {
  const open = await baselines.open(reader);
  try {
    const counted = await countSince(ports, await open.read(), options);
    options.warn(counted.warnings);
    const lines = printCounted(reader, counted, options.chosen, options.page);
    await writeLines(
      lines,
      `what the reader ${reader} was to be told could not be written, so its next call tells it again`,
    );
    await open.write(counted.baseline);
  } finally {
    await open.close();
  }
}
