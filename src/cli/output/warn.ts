import { findPending } from '../../app/recover/find-pending.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Ports } from '../../ports/ports.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { cleanText } from '../../ui/text/clean-text.ts';

/** A warning that changes neither what a run does nor its exit number. */
export function warn(words: string): void {
  process.stderr.write(`Warning: ${cleanText(words, true)}\n`);
}

/** The same for warnings about live rules, where the result itself has no place for them. */
export function warnAll(warnings: readonly Diagnostic[], facts: Parameters<typeof printDiagnostic>[2]): void {
  const lines = warnings.flatMap((warning) => [...printDiagnostic(warning, new Map(), facts), '']);
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
}

/** For commands that bring something back: what keeps new work from a data folder is no obstacle to them, but is reported. */
export async function warnOfFolder(ports: Ports): Promise<void> {
  const fault = await ports.dataFolder.fault();
  if (fault !== undefined) warn(`${fault.message}. No apply begins before that is mended. ${fault.next}`);
}

/** The rules are back, and the disk does not take that down. `command` is what ends the journal later. */
export function warnUnrecorded(id: string, output: string, command: string): void {
  warn(
    `the journal of ${id} cannot be ended: ${output}. The rules are back all the same; once the disk takes it, run ${command} again.`,
  );
}

/** Tells on standard error that the newest generation may not be the newest for long. */
export async function warnPending(ports: Ports): Promise<void> {
  const { waiting } = await findPending(ports);
  for (const { id, operator } of waiting) {
    process.stderr.write(
      `Warning: the apply ${id} of ${operator} waits to be confirmed. What it makes of the states is not shown yet.\n`,
    );
  }
}
