import { Flags } from '@oclif/core';
import { importRules } from '../../app/import/import-rules.ts';
import { warnHidden } from '../../app/import/left-out.ts';
import { readToDocument } from '../../app/import/read-for-import.ts';
import { readSaved } from '../../app/import/read-saved.ts';
import { warnLeftOut } from '../../app/import/warn-left-out.ts';
import { warnOtherBackend } from '../../app/plan/other-backend.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { quantity } from '../../ui/text/quantity.ts';
import { wire } from '../../wire/wire.ts';
import { listedIn } from '../flags/environment-lists.ts';
import { backendFlag, namespaceFlag } from '../flags/namespace-flag.ts';
import { warnAll } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Import extends BaseCommand {
  static override summary = 'Write state files for the rules that are there.';
  static override description =
    'One document a namespace, in exclusive ownership, both families in one list where they are equal. Chains of programs that fw knows, ' +
    'such as Docker, stay theirs by `keep`. The sets that the rules name come along, large ones as list files. Nothing is written unless a plan right after would be empty, and no file is overwritten. A table with a rule that no state can hold is left out, with a warning: it stays as it is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --namespace host --state state',
    '<%= config.bin %> <%= command.id %> --namespace "qrouter-*" --state state',
    {
      description: 'From files of iptables-save',
      command: '<%= config.bin %> <%= command.id %> --from /etc/iptables/rules.v4 --state state',
    },
  ];
  static override flags = {
    namespace: namespaceFlag,
    backend: backendFlag,
    from: Flags.string({
      summary:
        'An iptables-save file, or a folder of NAMESPACE/ipv4.rules, instead of live rules; with sets.ipset (ipset save) beside it.',
      env: 'FW_FROM',
      helpValue: 'PATH',
    }),
    chain: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Only chains of this name or glob; the other chains of their tables stay to others by `keep`.',
      description: listedIn('FW_CHAIN'),
      env: 'FW_CHAIN',
      helpValue: 'NAME',
    }),
    'with-foreign': Flags.boolean({ summary: 'Import the chains of other programs as well.', env: 'FW_WITH_FOREIGN' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Import);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({
        dataDir: flags['data-dir'],
        report: screen.report,
        allowUntrusted: flags['allow-untrusted-state'],
      });
      const { preferred } = await ports.kernel.backends();
      const live =
        flags.from === undefined
          ? await readToDocument(ports, flags.namespace, flags.backend)
          : await readSaved(ports, flags.from, flags.backend === 'auto' ? preferred : flags.backend);
      if (flags.from === undefined) warnAll(await warnLeftOut(ports, flags.namespace), facts);
      warnAll(warnOtherBackend(live), facts);
      const hidden = warnHidden(live);
      warnAll(hidden, facts);
      const options = { folder: flags.state, withForeign: flags['with-foreign'], chains: flags.chain ?? [] };
      const { files, warnings } = await importRules(ports, live, options);
      warnAll(warnings, facts);
      const leftOut = [...hidden, ...warnings].map(({ message }) => message);
      if (flags.json) process.stdout.write(`${jsonText({ type: 'import', files, left_out: leftOut })}\n`);
      else {
        screen.printLines(
          files.flatMap(({ path, rules, sets, keep, storage }) => {
            const kept = keep.length === 0 ? '' : `, left to their owners: ${keep.join(' ')}`;
            const named = sets === 0 ? '' : `, ${quantity(sets, 'set')}`;
            return [
              `${path}: ${quantity(rules, 'rule')}${named}${kept}`,
              ...storage.map(
                ({ set, options }) =>
                  `  set ${set}: ${options.join(' ')} left out, which says how the kernel stores it and not what it holds`,
              ),
            ];
          }),
        );
      }
      return EXIT.ok;
    });
  }
}
