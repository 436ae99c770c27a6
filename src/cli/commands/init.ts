import { Args, Flags } from '@oclif/core';
import { initFolder } from '../../app/init/init-folder.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import { isNamespaceName } from '../../core/state/merge/resolve-namespaces.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printInitialised } from '../../ui/answers/print-initialised.ts';
import { wireScaffolds } from '../../wire/wire.ts';
import { askKind } from '../run/ask-kind.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Init extends BaseCommand {
  static override summary = 'Write a starter for a kind of host, or the files of a pipeline.';
  static override description =
    'Works without network and without root. The state goes to FOLDER/state, files of pipelines to where their programs look for them. ' +
    'No file is overwritten: when one is there, nothing is written. The starters let SSH in until you say from where.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --kind host',
    {
      description: 'For a network namespace',
      command: '<%= config.bin %> <%= command.id %> edge --kind router --namespace edge',
    },
    {
      description: 'With pipelines, also later',
      command: '<%= config.bin %> <%= command.id %> --with github --with systemd',
    },
  ];
  static override args = {
    folder: Args.string({ description: 'Folder to fill; this one without it.', default: '.', ignoreStdin: true }),
  };
  static override flags = {
    kind: Flags.string({
      summary: 'Kind of host. Without it fw asks at a terminal, and lists the kinds elsewhere.',
      env: 'FW_KIND',
      helpValue: 'KIND',
    }),
    with: Flags.string({
      summary:
        'Files of a pipeline: github, gitlab, atlantis, systemd, ansible or kubernetes; may be given more than once.',
      env: 'FW_WITH',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PIPELINE',
    }),
    namespace: Flags.string({
      summary: 'Network namespace that the state is for.',
      env: 'FW_NAMESPACE',
      default: 'host',
      helpValue: 'NAME',
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Init);
    if (flags.state !== 'state')
      throw new FwError('usage', 'fw init writes to FOLDER/state and takes no --state (FW_STATE)');
    if (!isNamespaceName(flags.namespace)) throw new FwError('usage', `"${flags.namespace}" is no name of a namespace`);
    const scaffolds = wireScaffolds({ allowUntrusted: flags['allow-untrusted-state'] });
    const isPipelineOnly = flags.kind === undefined && flags.with !== undefined;
    const kind = flags.kind ?? (isPipelineOnly ? undefined : await askKind(scaffolds, this.screen(flags), flags.json));
    return withScreen(flags, async ({ screen, facts }) => {
      const options = { folder: args.folder, kind, pipelines: flags.with ?? [], namespace: flags.namespace };
      const done = await initFolder(scaffolds, options);
      const { files, kept, next } = done;
      if (flags.json) {
        const line = {
          type: 'init',
          folder: args.folder,
          ...(kind && { kind }),
          with: flags.with ?? [],
          files,
          kept,
          next,
        };
        process.stdout.write(`${jsonText(line)}\n`);
      } else screen.printLines(printInitialised({ ...done, folder: args.folder, hasState: kind !== undefined }, facts));
      return EXIT.ok;
    });
  }
}
