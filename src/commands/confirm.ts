import { Args } from '@oclif/core';
import { confirm } from '../app/confirm.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { withScreen } from './with-screen.ts';

export default class Confirm extends BaseCommand {
  static override summary = 'Keep an apply that waits to be confirmed.';
  static override description =
    'An apply with --confirm goes back by itself when its time is over. Run this over a new connection: it proves that one can be made.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 20260102T030405678Z-123',
  ];
  static override args = {
    id: Args.string({
      description: 'Id of the apply, as it was printed; without it the one that waits.',
      ignoreStdin: true,
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Confirm);
    return withScreen(flags, async ({ screen, beginWriting }) => {
      beginWriting();
      const { run, generation } = await confirm(wire({ dataDir: flags['data-dir'], report: screen.report }), args.id);
      if (flags.json) {
        process.stdout.write(`${jsonText({ type: 'result', exit_code: 0, confirmed: run.id, generation })}\n`);
      } else screen.printLines([`Confirmed: the apply ${run.id} stays. Generation ${generation}.`]);
      return EXIT.ok;
    });
  }
}
