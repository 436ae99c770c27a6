import { listStates } from '../../../app/state-names/list-states.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { statesDocument } from '../../../core/generation/states/states-document.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { printStates } from '../../../ui/answers/print-states.ts';
import { wire } from '../../../wire/wire.ts';
import { tableWidth } from '../../output/table-width.ts';
import { warnPending, warnUnfinished } from '../../output/warn.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class StateList extends BaseCommand {
  static override summary = 'List the states of the data folder: name, where from, when, and in which namespaces.';
  static override description =
    'These are the states that the newest generation holds. `#` is the generation that brought what a state declares now.';
  static override examples = ['<%= config.bin %> state list', '<%= config.bin %> state list --json'];

  async run(): Promise<number> {
    const { flags } = await this.parse(StateList);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      await warnUnfinished(ports, this.where);
      await warnPending(ports);
      const { newest, states } = await listStates(ports);
      if (flags.json) process.stdout.write(`${jsonText(statesDocument(newest, states))}\n`);
      else screen.printLines(printStates(states, tableWidth(facts)));
      return EXIT.ok;
    });
  }
}
