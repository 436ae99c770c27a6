import { Flags } from '@oclif/core';
import { forget } from '../../app/recover/forget.ts';
import { type LeftAlone, recoverAll } from '../../app/recover/recover-all.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { endedDocument } from '../../core/report/ended-document.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { endedLaterLines, recoveredLines } from '../../ui/answers/recovered-lines.ts';
import { adviceInFolder } from '../../ui/text/in-folder.ts';
import { wire } from '../../wire/wire.ts';
import { warnOfFolder, warnUnrecorded } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Recover extends BaseCommand {
  static override summary = 'Bring an apply that died half-way back, and prove it.';
  static override description =
    'Reads the journals of the data folder. Whatever an unfinished apply changed goes back to what was before; what other programs ' +
    'changed since stays. fw apply does this first by itself. What was made in another network namespace, on another machine, or before ' +
    'this boot is never written here.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = {
    here: Flags.string({
      summary: 'Bring this apply back although its journal does not tell where it was made; you know that it was here.',
      env: 'FW_HERE',
      helpValue: 'ID',
      exclusive: ['forget'],
    }),
    forget: Flags.string({
      summary:
        'Write nothing and close the journal of this apply, whose machine or network namespace is gone for good.',
      env: 'FW_FORGET',
      helpValue: 'ID',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Recover);
    return withScreen(flags, async ({ screen, beginWriting }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      await warnOfFolder(ports);
      if (flags.forget !== undefined) {
        await forget(ports, flags.forget);
        if (flags.json)
          process.stdout.write(`${jsonText({ type: 'result', exit_code: 0, forgotten: flags.forget })}\n`);
        else screen.printLines([`The apply ${flags.forget} is forgotten. Nothing was written.`]);
        return EXIT.ok;
      }
      const { rolledBack, unrecorded, rewatched, leftAlone, ended } = await recoverAll(ports, beginWriting, flags.here);
      const ids = rolledBack.map((run) => run.id);
      for (const { run, output } of unrecorded) warnUnrecorded(run.id, output, `fw recover${this.where}`);
      if (flags.json) {
        const open = unrecorded.map(({ run }) => run.id);
        process.stdout.write(
          `${jsonText({ type: 'result', exit_code: 0, recovered: ids, ...(open.length === 0 ? {} : { unrecorded: open }), ...(rewatched.length === 0 ? {} : { rewatched }), ...(ended.length === 0 ? {} : { connections: ended.map((one) => ({ id: one.id, ...endedDocument(one.ended) })) }) })}\n`,
        );
        return EXIT.ok;
      }
      const lines = [
        ...rolledBack.flatMap((run) => recoveredLines(run, this.where)),
        ...ended.flatMap(endedLaterLines),
        ...rewatched.map((id) => `The apply ${id} waits to be confirmed and has a watchdog again.`),
      ];
      screen.printLines(lines.length === 0 ? [nothingSentence(leftAlone[0], this.where)] : lines);
      return EXIT.ok;
    });
  }
}

/** Where nothing was done: why, and what is to be done about an apply that waits. */
function nothingSentence(left: LeftAlone | undefined, where: string): string {
  if (left === undefined) return 'Nothing to recover: every apply has ended.';
  const { id, standing, elsewhere } = left;
  if (elsewhere !== undefined)
    return `Nothing to recover here: ${elsewhere.what}, and waits to be confirmed. ${adviceInFolder(elsewhere.next, where)}`;
  if (standing.kind === 'not live')
    return `Nothing to recover: nothing of the apply ${id} is live; only its journal has not ended. End it:  fw confirm --reject ${id}${where}`;
  return `Nothing to recover: an apply waits to be confirmed, and its watchdog is there. Take it back:  fw confirm --reject${where}`;
}
