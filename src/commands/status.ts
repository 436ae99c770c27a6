import { findOtherBackend } from '../app/other-backend.ts';
import { readStatus } from '../app/read-status.ts';
import { statusDocument } from '../core/document/status-document.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import { inFolder } from '../ui/in-folder.ts';
import { printStatus } from '../ui/print-status.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { metricsFlag } from './output-flags.ts';
import { warnAll } from './warn.ts';
import { withScreen } from './with-screen.ts';
import { writeMetrics } from './write-metrics.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show what is pending, what is unfinished, who is at work, and the generation in force.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  static override flags = { metrics: metricsFlag };

  async run(): Promise<number> {
    const { flags } = await this.parse(Status);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      const status = await readStatus(ports);
      warnAll(await findOtherBackend(ports.kernel, status.managed), facts);
      await writeMetrics(ports, flags.metrics, { version: this.config.version });
      if (flags.json) process.stdout.write(`${jsonText(statusDocument(status))}\n`);
      else screen.printLines(printStatus(status, inFolder(ports.fullPath(flags['data-dir']))));
      return EXIT.ok;
    });
  }
}
