import { Args, Flags } from '@oclif/core';
import { listValues } from '../../app/state/list-values.ts';
import { ASKED } from '../../core/completion/types.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import { printBash } from '../../ui/completion/print-bash.ts';
import { printFish } from '../../ui/completion/print-fish.ts';
import { printZsh } from '../../ui/completion/print-zsh.ts';
import { wire, wireScaffolds } from '../../wire/wire.ts';
import { describeCommands } from '../flags/describe-commands.ts';
import { BaseCommand } from '../run/base.ts';

const PRINTERS = { bash: printBash, zsh: printZsh, fish: printFish } as const;
const SHELLS = ['bash', 'zsh', 'fish'] as const;

const shell = Args.option({ description: 'bash, zsh or fish.', options: SHELLS, ignoreStdin: true })();

export default class Completion extends BaseCommand {
  static override summary = 'Print a script that completes commands, flags and values in bash, zsh or fish.';
  static override description =
    'It completes what the flags take, files, and what is there: network namespaces, generations, kinds of `fw init`. Make it anew after an update.';
  static override examples = [
    {
      description: 'bash',
      command: '<%= config.bin %> <%= command.id %> bash > /etc/bash_completion.d/fw',
    },
    {
      description: 'zsh, with the folder in fpath',
      command: '<%= config.bin %> <%= command.id %> zsh > /usr/local/share/zsh/site-functions/_fw',
    },
    {
      description: 'fish',
      command: '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/fw.fish',
    },
  ];
  static override args = { shell };
  static override flags = {
    values: Flags.option({
      summary: 'What the scripts ask while somebody types: the words that are there now, one a line.',
      env: 'FW_VALUES',
      options: ASKED,
      hidden: true,
    })(),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Completion);
    if (flags.values !== undefined) {
      const ports = wire({ dataDir: flags['data-dir'], report: () => {} });
      const values = await listValues({ ...ports, scaffolds: wireScaffolds({ allowUntrusted: false }) }, flags.values);
      process.stdout.write(values.map((value) => `${value}\n`).join(''));
      return EXIT.ok;
    }
    if (args.shell === undefined) throw new FwError('usage', `for which shell? ${SHELLS.join(', ')}`);
    process.stdout.write(`${PRINTERS[args.shell](describeCommands(this.config.commands)).join('\n')}\n`);
    return EXIT.ok;
  }
}
