import { listTemplates } from '../../../app/state/find-templates.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { printTemplates } from '../../../ui/answers/print-templates.ts';
import { wire } from '../../../wire/wire.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class TemplateList extends BaseCommand {
  static override summary = 'List the templates that the state can use: its own, and those that come with fw.';
  static override description =
    'Looked for in `_templates` of the state, in `templates` beside it, and in fw; the first one of a name counts.';
  static override examples = ['<%= config.bin %> template list', '<%= config.bin %> template list --json'];

  async run(): Promise<number> {
    const { flags } = await this.parse(TemplateList);
    return withScreen(flags, async ({ screen }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const templates = await listTemplates(ports.templates, flags.state);
      const document = { format_version: '1.0', kind: 'templates', state: flags.state, templates };
      if (flags.json) process.stdout.write(`${jsonText(document)}\n`);
      else screen.printLines(printTemplates(templates));
      return EXIT.ok;
    });
  }
}
