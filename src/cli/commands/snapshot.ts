import { readForImport } from '../../app/import/read-for-import.ts';
import { warnLeftOut } from '../../app/import/warn-left-out.ts';
import { takeSnapshot } from '../../app/live/take-snapshot.ts';
import { warnOtherBackend } from '../../app/plan/other-backend.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { wire, wireHost } from '../../wire/wire.ts';
import { backendFlag, namespaceFlag } from '../flags/namespace-flag.ts';
import { warnAll } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Snapshot extends BaseCommand {
  static override summary = 'Write live rules to standard output, for fw plan --live elsewhere.';
  static override description =
    'The only part of planning that needs root: it reads, and proves that iptables-save tells the whole truth. The plan itself can then ' +
    'be made without root, in a pipeline or on a laptop.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> > edge.snapshot',
    '<%= config.bin %> <%= command.id %> --namespace host --namespace "qrouter-*" > edge.snapshot',
  ];
  static override flags = { namespace: namespaceFlag, backend: backendFlag };

  async run(): Promise<number> {
    const { flags } = await this.parse(Snapshot);
    return withScreen({ ...flags, json: true }, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      const options = { fwVersion: this.config.version, host: wireHost() };
      const live = await readForImport(ports, flags.namespace, flags.backend);
      warnAll([...(await warnLeftOut(ports, flags.namespace)), ...warnOtherBackend(live)], facts);
      process.stdout.write(await takeSnapshot(ports, live, options));
      return EXIT.ok;
    });
  }
}
