import { listCounters } from '../../app/query/list-counters.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { pageOf } from '../../ui/text/page.ts';
import { wire, wireBaselines, wireTotals } from '../../wire/wire.ts';
import { chosenOf, counterFlags } from '../flags/counter-flags.ts';
import { printListed } from '../output/print-counted.ts';
import { warnAll, warnUnfinished } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { tellReader } from '../run/tell-reader.ts';
import { watchCounters } from '../run/watch-counters.ts';
import { withScreen } from '../run/with-screen.ts';
import { writeCounterMetrics } from '../run/write-counter-metrics.ts';

export default class Counters extends BaseCommand {
  static override summary =
    'Show what live rules and policies have counted, who brought each, and where it is written.';
  static override description =
    'Rules of all programs are shown, and the policies of built-in chains. The counters of the kernel are only read and never zeroed. docs/counters.md says more.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'What drops this?', command: '<%= config.bin %> <%= command.id %> --dropping --sort packets' },
    {
      description: 'What was counted since this reader asked last',
      command: '<%= config.bin %> <%= command.id %> --since-last billing --json',
    },
    { description: 'What happens now?', command: '<%= config.bin %> <%= command.id %> --watch' },
  ];
  static override flags = counterFlags;

  async run(): Promise<number> {
    const { flags } = await this.parse(Counters);
    const { 'since-last': reader, 'data-dir': dataDir, metrics } = flags;
    const chosen = chosenOf(flags);
    const asked = { ...chosen.filter, namespaces: flags.namespace, backend: flags.backend };
    if (flags.watch) {
      const ports = wire({ dataDir, report: () => {} });
      await warnUnfinished(ports, this.where, { live: true });
      return watchCounters(ports, this.screen(flags), { ...asked, intervalSeconds: flags.interval ?? 2, chosen });
    }
    // What a reader is told has to be known as written, which a screen does not tell.
    const isLive = reader === undefined && metrics === undefined;
    return withScreen({ ...flags, json: flags.json || !isLive }, async ({ screen, facts }) => {
      const ports = wire({ dataDir, report: screen.report });
      const warn = (warnings: readonly Diagnostic[]) => warnAll(warnings, facts);
      await warnUnfinished(ports, this.where, { live: true });
      const page = flags.json ? 'json' : pageOf(facts);
      if (metrics !== undefined) {
        await writeCounterMetrics(ports, wireTotals(dataDir), metrics, { ...asked, filter: chosen.filter, warn });
      } else if (reader === undefined) {
        const listed = await listCounters(ports, asked);
        warn(listed.warnings);
        screen.printLines(printListed(listed, chosen, page));
      } else {
        await tellReader(ports, wireBaselines(dataDir), reader, { ...asked, chosen, page, warn });
      }
      return EXIT.ok;
    });
  }
}
