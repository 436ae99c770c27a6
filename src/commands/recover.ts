import { recover } from '../app/recover.ts';
import { EXIT } from '../core/errors.ts';
import { jsonText } from '../core/json-text.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
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
      const lock = await ports.lock.acquire('fw recover', 0);
      try {
        beginWriting();
        const { rolledBack } = await recover(ports);
        const ids = rolledBack.map((run) => run.id);
        if (flags.json) process.stdout.write(`${jsonText({ type: 'result', exit_code: 0, recovered: ids })}\n`);
        else if (ids.length === 0) screen.printLines(['Nothing to recover: every apply has ended.']);
        else screen.printLines(ids.map((id) => `The apply ${id} is rolled back and verified.`));
        return EXIT.ok;
      } finally {
        await lock.release();
      }
    });
  }
}
