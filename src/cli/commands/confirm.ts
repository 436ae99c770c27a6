import { Args, Flags } from '@oclif/core';
import { confirm } from '../../app/recover/confirm.ts';
import { reject } from '../../app/recover/reject.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import type { Gone } from '../../core/identity/place-of-run.ts';
import { endedDocument } from '../../core/report/ended-document.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { endedLines } from '../../ui/answers/ended-lines.ts';
import { wire } from '../../wire/wire.ts';
import { printRejected } from '../output/print-applied.ts';
import { warnOfFolder } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { leftByReject } from '../run/reject-pending.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Confirm extends BaseCommand {
  static override summary = 'Keep an apply that waits to be confirmed, or take it back now.';
  static override description =
    'An apply with --confirm goes back by itself when its time is over. Run this over a new connection: it proves that one can be made.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 20260102T030405678Z-123',
    { description: 'Do not wait for the end of its time', command: '<%= config.bin %> <%= command.id %> --reject' },
  ];
  static override args = {
    id: Args.string({
      description: 'Id of the apply, as it was printed; without it the one that waits.',
      ignoreStdin: true,
    }),
  };

  static override flags = {
    reject: Flags.boolean({ summary: 'Bring it back now, and prove it.', env: 'FW_REJECT' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Confirm);
    return withScreen(flags, async ({ screen, beginWriting }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      await warnOfFolder(ports);
      beginWriting(
        flags.reject ? leftByReject(this.where) : `fw status${this.where} tells whether the apply is confirmed`,
      );
      if (flags.reject) {
        printRejected({ screen }, await reject(ports, args.id), { json: flags.json, where: this.where });
        return EXIT.ok;
      }
      const { run, generation, gone, differs, unread, ended } = await confirm(ports, args.id);
      if (flags.json) {
        process.stdout.write(
          `${jsonText({ type: 'result', exit_code: 0, confirmed: run.id, generation, ...goneFields(gone), ...liveFields(differs, unread), ...(ended === undefined ? {} : { connections: endedDocument(ended) }) })}\n`,
        );
      } else
        screen.printLines([
          keptSentence(run.id, generation),
          ...gone.map(goneSentence),
          ...liveSentences(differs, unread, this.where),
          ...(ended === undefined ? [] : endedLines(ended)),
        ]);
      return EXIT.ok;
    });
  }
}

function keptSentence(id: string, generation: number | undefined): string {
  const filed = generation === undefined ? 'Its generation is filed by the next run.' : `Generation ${generation}.`;
  return `Confirmed: the apply ${id} stays. ${filed}`;
}

function goneSentence({ namespace, why }: Gone): string {
  return `But namespace ${namespaceLabel(namespace)} was ${why} since: its rules are not there.`;
}

function goneFields(gone: readonly Gone[]) {
  if (gone.length === 0) return {};
  return { gone: gone.map(({ namespace, why }) => ({ namespace: namespaceLabel(namespace), why })) };
}

function liveSentences(differs: readonly string[], unread: string | undefined, where: string): readonly string[] {
  const read =
    unread === undefined
      ? []
      : [`But its rules could not be read back, so it is not known whether they are live: ${unread}`];
  return [...differs.map((what) => `But not as it was applied: ${what}. See fw drift${where}.`), ...read];
}

function liveFields(differs: readonly string[], unread: string | undefined) {
  return { ...(differs.length === 0 ? {} : { differs }), ...(unread === undefined ? {} : { unread }) };
}
