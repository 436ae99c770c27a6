import { Flags } from '@oclif/core';
import { readLog } from '../../../app/query/read-log.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { logDocument } from '../../../core/event-log/log-document.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { printLog } from '../../../ui/answers/print-log.ts';
import { wire } from '../../../wire/wire.ts';
import { tableWidth } from '../../output/table-width.ts';
import { warn } from '../../output/warn.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class Log extends BaseCommand {
  static override summary =
    'Tell what happened: one line for each apply, confirmation, timer, roll-back, recovery and refusal.';
  static override description =
    'Told from the records of the data folder, each event from the record that decides about it. An apply that was refused before it had the lock of the data folder ' +
    'is not kept. Times are those of the wall clock then, shown in the time zone of this process; JSON has UTC.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --newest 200 --json',
  ];
  static override flags = {
    newest: Flags.integer({
      summary: 'Only the newest N events.',
      env: 'FW_NEWEST',
      default: 50,
      min: 1,
      helpValue: 'N',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Log);
    return withScreen(flags, async ({ screen, facts }) => {
      const { events, unread } = await readLog(wire({ dataDir: flags['data-dir'], report: screen.report }));
      for (const words of unread) warn(words);
      const document = logDocument(events, flags.newest);
      if (flags.json) process.stdout.write(`${jsonText(document)}\n`);
      else screen.printLines(printLog(document.events, document.kept, tableWidth(facts)));
      return EXIT.ok;
    });
  }
}
