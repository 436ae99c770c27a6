import { findOtherBackend } from '../../app/plan/other-backend.ts';
import { readStatus } from '../../app/query/read-status.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { statusDocument } from '../../core/report/status-document.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printStatus } from '../../ui/answers/print-status.ts';
import { inFolder } from '../../ui/text/in-folder.ts';
import { wire } from '../../wire/wire.ts';
import { metricsFlag } from '../flags/output-flags.ts';
import { warnAll } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';
import { writeMetrics } from '../run/write-metrics.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show what is pending, what is unfinished, who is at work, and the generation in force.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  static override flags = { metrics: metricsFlag };

  async run(): Promise<number> {
    const { flags } = await this.parse(Status);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      const status = await readStatus(ports, 'all');
      warnAll(await findOtherBackend(ports.kernel, status.managed), facts);
      await writeMetrics(ports, flags.metrics, { version: this.config.version });
      if (flags.json) process.stdout.write(`${jsonText(statusDocument(status))}\n`);
      else {
        const path = ports.fullPath(flags['data-dir']);
        screen.printLines(printStatus(status, inFolder(path), { path, isThere: await ports.isThere(path) }));
      }
      return EXIT.ok;
    });
  }
}
