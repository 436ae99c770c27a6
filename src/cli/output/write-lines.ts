import { FwError } from '../../core/diagnostics/errors.ts';

/** Writes lines to standard output and resolves once they are where they go. Throws `env.output` where they are not, also for a reader that left. */
export async function writeLines(lines: readonly string[], lost: string): Promise<void> {
  await writeText(lines.map((line) => `${line}\n`).join(''), lost);
}

/** The same for text with its line ends. */
export async function writeText(text: string, lost: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (cause) => {
      if (cause === undefined || cause === null) resolve();
      else reject(new FwError('env.output', lost, { output: cause.message, cause }));
    });
  });
}
