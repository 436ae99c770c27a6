import { type Recovery, recover } from '../app/recover.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import type { Ports } from '../ports.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { warn } from './warn.ts';
import { warnOfFolder } from './warn-of-folder.ts';
import { withScreen } from './with-screen.ts';

export default class Recover extends BaseCommand {
  static override summary = 'Bring an apply that died half-way back, and prove it.';
  static override description =
    'Reads the journals of the data folder. Whatever an unfinished apply changed goes back to what was before; what other programs ' +
    'changed since stays. fw apply does this first by itself.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<number> {
    const { flags } = await this.parse(Recover);
    return withScreen(flags, async ({ screen, beginWriting }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      await warnOfFolder(ports);
      const { rolledBack, unrecorded } = await recoverAll(ports, beginWriting);
      const ids = rolledBack.map((run) => run.id);
      for (const { run, said } of unrecorded) {
        warn(
          `the journal of ${run.id} cannot be ended: ${said}. The rules are back all the same; once the disk takes it, run fw recover again.`,
        );
      }
      if (flags.json) {
        const open = unrecorded.map(({ run }) => run.id);
        process.stdout.write(
          `${jsonText({ type: 'result', exit_code: 0, recovered: ids, ...(open.length === 0 ? {} : { unrecorded: open }) })}\n`,
        );
      } else if (ids.length === 0) screen.printLines(['Nothing to recover: every apply has ended.']);
      else screen.printLines(ids.map((id) => `The apply ${id} is rolled back and verified.`));
      return EXIT.ok;
    });
  }
}

async function recoverAll(
  ports: Ports,
  beginWriting: () => void,
): Promise<Pick<Recovery, 'rolledBack' | 'unrecorded'>> {
  if ((await ports.journal.unfinished()).length === 0) return { rolledBack: [], unrecorded: [] };
  const lock = await ports.lock.acquire('fw recover', 0, { forWayBack: true });
  try {
    beginWriting();
    return await recover(ports);
  } finally {
    await lock.release();
  }
}
