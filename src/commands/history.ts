import { listGenerations } from '../app/list-generations.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import { printHistory } from '../ui/print-history.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { withScreen } from './with-screen.ts';

export default class History extends BaseCommand {
  static override summary = 'List the generations: when, who, from what, and how much changed.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<number> {
    const { flags } = await this.parse(History);
    return withScreen(flags, async ({ screen }) => {
      const generations = await listGenerations(wire({ dataDir: flags['data-dir'], report: screen.report }));
      if (flags.json)
        for (const entry of generations) process.stdout.write(`${jsonText({ type: 'generation', ...entry })}\n`);
      else screen.printLines(printHistory(generations));
      return EXIT.ok;
    });
  }
}
