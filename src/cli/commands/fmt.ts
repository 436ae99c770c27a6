import { Args, Flags } from '@oclif/core';
import { formatFiles, formatState } from '../../app/state/format-state.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printTextDiff } from '../../ui/answers/print-text-diff.ts';
import { wire, wireInput } from '../../wire/wire.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Fmt extends BaseCommand {
  static override summary = 'Bring state files into the one style. Comments stay.';
  static override description =
    'Indentation, the order of the keys of a document, no folded lines. What the files mean does not change. Files are rewritten in place.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'In a pipeline: exit with 3 when a file is not in style',
      command: '<%= config.bin %> <%= command.id %> --check --diff',
    },
    { description: 'From an editor', command: '<%= config.bin %> <%= command.id %> - < state/edge.yaml' },
  ];
  static override args = {
    path: Args.string({ description: 'File or folder instead of --state; - for standard input.', ignoreStdin: true }),
  };
  static override flags = {
    check: Flags.boolean({ summary: 'Change nothing; exit with 3 when a file is not in style.', env: 'FW_CHECK' }),
    diff: Flags.boolean({ summary: 'Show what changes.', env: 'FW_DIFF' }),
    // Terraform's word for what fw always does.
    recursive: Flags.boolean({ hidden: true, env: 'FW_RECURSIVE' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Fmt);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const path = args.path ?? flags.state;
      if (path === '-') {
        const text = await wireInput();
        const [changed] = await formatFiles([{ path: 'standard input', text }]);
        if (!flags.check) process.stdout.write(changed?.after ?? text);
        return flags.check && changed !== undefined ? EXIT.unformatted : EXIT.ok;
      }
      const changed = await formatState(ports, path);
      if (!flags.check) await ports.documents.replace(changed.map((file) => ({ path: file.path, text: file.after })));
      const shown = flags.diff
        ? changed.flatMap((file) => printTextDiff(file, facts))
        : changed.map((file) => file.path);
      if (flags.json) process.stdout.write(`${jsonText({ type: 'fmt', files: changed.map((file) => file.path) })}\n`);
      else screen.printLines(shown);
      return flags.check && changed.length > 0 ? EXIT.unformatted : EXIT.ok;
    });
  }
}
