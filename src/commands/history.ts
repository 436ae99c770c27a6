import { listHistory } from '../app/list-history.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import { printHistory } from '../ui/print-history.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { withScreen } from './with-screen.ts';

export default class History extends BaseCommand {
  static override summary =
    'List what was applied: when, who, from what, and how much changed, or why it was rolled back.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<number> {
    const { flags } = await this.parse(History);
    return withScreen(flags, async ({ screen }) => {
      const history = await listHistory(wire({ dataDir: flags['data-dir'], report: screen.report }));
      if (flags.json)
        for (const { kind: type, entry } of history) process.stdout.write(`${jsonText({ type, ...entry })}\n`);
      else screen.printLines(printHistory(history));
      return EXIT.ok;
    });
  }
}
