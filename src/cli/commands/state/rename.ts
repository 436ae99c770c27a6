import { Args } from '@oclif/core';
import { renameState } from '../../../app/state-names/rename-state.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { cleanText } from '../../../ui/text/clean-text.ts';
import { wire } from '../../../wire/wire.ts';
import { applyFlags } from '../../flags/apply-flags.ts';
import { keepFlag } from '../../flags/keep-flag.ts';
import { checkStateName } from '../../flags/state-name-flag.ts';
import { recordOptions } from '../../flags/state-record-options.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class StateRename extends BaseCommand {
  static override summary = 'Give a state another name, or a first one; no live rule changes.';
  static override description =
    'A state without a name is known by its path: OLD is that path then. With a name it is the same state wherever its files lie. ' +
    'It makes a generation that differs from the newest one in the name only.';
  static override examples = [
    '<%= config.bin %> state rename edge core',
    {
      description: 'A state whose files lie elsewhere now',
      command: '<%= config.bin %> state rename /mnt/old/edge uplink',
    },
  ];
  static override args = {
    old: Args.string({ description: 'Its name, or its path where it has none.', required: true, ignoreStdin: true }),
    new: Args.string({ description: 'The name from now on.', required: true, ignoreStdin: true }),
  };
  static override flags = { 'lock-timeout': applyFlags['lock-timeout'], ...keepFlag };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(StateRename);
    const name = checkStateName(args.new);
    return withScreen(flags, async (run) => {
      const ports = wire({ dataDir: flags['data-dir'], report: run.screen.report, keep: flags.keep });
      const options = recordOptions(flags, run, { label: `state rename ${args.old} ${name}`, where: this.where });
      const { generation, state } = await renameState(ports, args.old, name, options);
      if (flags.json) {
        const { name: old, path } = state;
        process.stdout.write(
          `${jsonText({ type: 'result', exit_code: 0, renamed: { old, name, path }, generation })}\n`,
        );
      } else {
        run.screen.printLines([
          `The state ${cleanText(state.name, true)} is ${name} from now on. Generation ${generation}; no live rule was changed.`,
          `Apply it by that name: \`state: ${name}\` in one of its documents, or --state-name ${name}.`,
        ]);
      }
      return EXIT.ok;
    });
  }
}
