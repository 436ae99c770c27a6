import { readStatus } from '../app/read-status.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { metricsFlag } from './output-flags.ts';
import { withScreen } from './with-screen.ts';
import { writeMetrics } from './write-metrics.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show what is pending, what is unfinished, who is at work, and the generation in force.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  static override flags = { metrics: metricsFlag };

  async run(): Promise<number> {
    const { flags } = await this.parse(Status);
    return withScreen(flags, async ({ screen }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      const { holder, pending, unfinished, generation } = await readStatus(ports);
      await writeMetrics(ports, flags.metrics, { version: this.config.version });
      if (flags.json) {
        const waiting = pending.map(({ run, deadline, secondsLeft }) => ({
          id: run.id,
          deadline,
          seconds_left: secondsLeft,
        }));
        const dead = unfinished.map(({ id, at, operator }) => ({ id, at, operator }));
        const status = {
          format_version: '1.0',
          kind: 'status',
          holder: holder ?? null,
          pending: waiting,
          unfinished: dead,
          generation: generation ?? null,
        };
        process.stdout.write(`${jsonText(status)}\n`);
        return EXIT.ok;
      }
      screen.printLines([
        generation === undefined
          ? 'Generation: none yet'
          : `Generation: ${generation.number}, applied ${generation.at} by ${generation.operator}`,
        `At work:    ${holder ?? 'nobody'}`,
        ...pending.map(
          ({ run, secondsLeft }) => `Pending:    ${run.id}, ${secondsLeft} s left. Keep it:  fw confirm ${run.id}`,
        ),
        ...unfinished.map((run) => `Unfinished: ${run.id} of ${run.operator}. Bring it back:  fw recover`),
      ]);
      return EXIT.ok;
    });
  }
}
