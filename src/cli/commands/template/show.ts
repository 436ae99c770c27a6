import { Args, Flags } from '@oclif/core';
import { findTemplate } from '../../../app/state/find-templates.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { printTemplate } from '../../../ui/answers/print-templates.ts';
import { wire } from '../../../wire/wire.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class TemplateShow extends BaseCommand {
  static override summary = 'Show what a template is for, its parameters, and how a state uses it.';
  static override description = 'The rules that a use stands for are shown by fw expand.';
  static override examples = [
    '<%= config.bin %> template show nat-gateway',
    {
      description: 'To change it: a copy in the folder of the state stands above the one of fw',
      command: '<%= config.bin %> template show host-baseline --source > host-baseline.yaml',
    },
  ];
  static override args = {
    template: Args.string({ description: 'Name of the template.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    source: Flags.boolean({ summary: 'Print the file itself.', env: 'FW_SOURCE' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(TemplateShow);
    return withScreen(flags, async ({ screen }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const { about, text } = await findTemplate(ports.templates, flags.state, args.template);
      const document = { format_version: '1.0', kind: 'template', state: flags.state, ...about, source: text };
      if (flags.json) process.stdout.write(`${jsonText(document)}\n`);
      else if (flags.source) process.stdout.write(text);
      else screen.printLines(printTemplate(about));
      return EXIT.ok;
    });
  }
}
