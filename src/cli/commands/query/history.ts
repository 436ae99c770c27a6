import { historyLine, listHistory } from '../../../app/generations/list-history.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { printHistory } from '../../../ui/answers/print-history.ts';
import { wire } from '../../../wire/wire.ts';
import { tableWidth } from '../../output/table-width.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class History extends BaseCommand {
  static override summary =
    'List what was applied: when, who, from what, and how much changed, or why it was rolled back.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<number> {
    const { flags } = await this.parse(History);
    return withScreen(flags, async ({ screen, facts }) => {
      const history = await listHistory(wire({ dataDir: flags['data-dir'], report: screen.report }));
      if (flags.json) for (const item of history) process.stdout.write(`${jsonText(historyLine(item))}\n`);
      else screen.printLines(printHistory(history, tableWidth(facts)));
      return EXIT.ok;
    });
  }
}
