import { Args } from '@oclif/core';
import { expandState } from '../../app/state/expand-state.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import type { ExpansionDocument } from '../../core/expansion/types.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printExpansion } from '../../ui/answers/print-expansion.ts';
import { wire } from '../../wire/wire.ts';
import { selectFlags, selectionOf } from '../flags/select-flags.ts';
import { givenValues, valueFlags } from '../flags/value-flags.ts';
import { warnAll } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Expand extends BaseCommand {
  static override summary = 'Show the rules that a state stands for, after values, lists and templates.';
  static override description =
    'Each rule stands with the family, the chain in the kernel and the line that it comes from; rules are as they are written, not yet in the spelling of the kernel. ' +
    'Needs neither root nor iptables, and looks at no live rules: globs of namespaces stay globs.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --namespace edge --table filter --json',
    {
      description: 'One file, for one family',
      command: '<%= config.bin %> <%= command.id %> state/host.yaml --family ipv4',
    },
  ];
  static override args = {
    path: Args.string({ description: 'File or folder instead of --state.', ignoreStdin: true }),
  };
  static override flags = {
    ...valueFlags,
    namespace: selectFlags.namespace,
    table: selectFlags.table,
    family: selectFlags.family,
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Expand);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const path = args.path ?? flags.state;
      const { namespaces, warnings, sources } = await expandState(ports, {
        path,
        given: givenValues(flags),
        selection: selectionOf(flags),
      });
      if (namespaces.length === 0)
        throw new FwError('usage', `no namespace of the state at ${path} has such a name`, {
          next: 'fw validate names the namespaces of the state.',
        });
      warnAll(warnings, facts, sources);
      const document: ExpansionDocument = { format_version: '1.0', kind: 'expansion', state: path, namespaces };
      if (flags.json) process.stdout.write(`${jsonText(document)}\n`);
      else screen.printLines(printExpansion(namespaces, facts));
      return EXIT.ok;
    });
  }
}
