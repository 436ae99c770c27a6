import { Flags } from '@oclif/core';
import { validateState } from '../../app/state/validate-state.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { wire } from '../../wire/wire.ts';
import { givenValues, valueFlags } from '../flags/value-flags.ts';
import { warnUnfinished } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { depthLine, validSentence } from '../run/checked-depth-line.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Validate extends BaseCommand {
  static override summary = 'Check the state files, without root and without live rules.';
  static override description =
    'Reads every file, then loads the rules into a scratch network namespace, where the kernel judges them. Says how deep it could look: ' +
    'without root only the nft backend can be asked, and without iptables only the syntax of the files is checked.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --state site/edge --json',
  ];
  static override flags = {
    ...valueFlags,
    'allow-empty': Flags.boolean({ summary: 'Accept a state that declares nothing.', env: 'FW_ALLOW_EMPTY' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Validate);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      await warnUnfinished(ports, this.where);
      const valid = await validateState(ports, {
        state: flags.state,
        allowEmpty: flags['allow-empty'],
        given: givenValues(flags),
      });
      if (flags.json) {
        const { warnings, sources, depths, namespaces } = valid;
        const placed = placeDiagnostics(warnings, sources);
        // Programs read these fields under the names that they had first.
        const diagnostics = warnings.map(({ output: said, outputOf: saidBy, ...warning }, index) => ({
          ...warning,
          ...(said === undefined ? {} : { said }),
          ...(saidBy === undefined ? {} : { saidBy }),
          ...placed[index],
        }));
        process.stdout.write(
          `${jsonText({ type: 'validate', valid: true, namespaces: namespaces.length, names: namespaces, depths, diagnostics })}\n`,
        );
        return EXIT.ok;
      }
      screen.printLines([
        ...valid.warnings.flatMap((warning) => [...printDiagnostic(warning, valid.sources, facts), '']),
        validSentence(valid.namespaces),
        ...valid.depths.map(depthLine),
      ]);
      return EXIT.ok;
    });
  }
}
