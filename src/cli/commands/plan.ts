import { Flags } from '@oclif/core';
import { countedConnections } from '../../app/connections/counted-connections.ts';
import { findFindings } from '../../app/plan/find-findings.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { wire } from '../../wire/wire.ts';
import { outputFlags } from '../flags/output-flags.ts';
import { planFlags } from '../flags/plan-flags.ts';
import { saveFlags, saveTo } from '../flags/save-flags.ts';
import { selectFlags } from '../flags/select-flags.ts';
import { stateNameFlag } from '../flags/state-name-flag.ts';
import { valueFlags } from '../flags/value-flags.ts';
import { showPlan } from '../output/show-plan.ts';
import { warnOthers, warnUnfinished } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { planToShow, sourceFlags } from '../run/chosen-plan.ts';
import { withOutputs } from '../run/with-outputs.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Plan extends BaseCommand {
  static override summary = 'Show what apply would change, and change nothing.';
  static override description =
    'Reads the desired state, snapshots the live rules of every namespace that it names, brings both into the form in which ' +
    'iptables-save prints rules, and prints the difference. Needs root, because reading live rules does.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --detailed-exitcode',
    {
      description: 'Keep the plan for a review, and apply exactly that',
      command: '<%= config.bin %> <%= command.id %> --out edge.fwplan',
    },
  ];
  static override flags = {
    ...planFlags,
    'state-name': stateNameFlag,
    ...valueFlags,
    ...saveFlags,
    ...outputFlags,
    ...sourceFlags,
    ...selectFlags,
    'detailed-exitcode': Flags.boolean({
      summary: 'Exit with 2 when there are changes, 0 when there are none.',
      env: 'FW_DETAILED_EXITCODE',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Plan);
    if (this.typed.has('sign') && flags.out === undefined)
      throw new FwError('usage', '--sign signs the file of --out; give both');
    const run = { operation: 'plan', id: this.id, fwVersion: this.config.version } as const;
    return withOutputs(run, flags, (outputs) =>
      withScreen(flags, async ({ screen, facts }) => {
        const started = performance.now();
        const ports = wire({
          dataDir: flags['data-dir'],
          report: outputs.listen(screen.report),
          allowUntrusted: flags['allow-untrusted-state'],
        });
        // Side by side: neither waits for what the other asks.
        const [made, told] = await Promise.all([
          planToShow(ports, flags),
          warnUnfinished(ports, this.where, { live: true }),
        ]);
        await warnOthers(ports, made.isElsewhere ? [] : made.live.map(({ namespace }) => namespace), told);
        // Between these marks lies what the plan does to packets: `npm run bench` reads them.
        performance.mark('fw:judge');
        const counting = flags.traffic === 'none' ? [] : countedConnections(ports, made, undefined);
        const findings = await findFindings(ports, made);
        const counted = await counting;
        const seconds = (performance.now() - started) / 1000;
        const saved = await saveTo(ports, made, flags, this.config.version);
        await outputs.planned(made, findings, flags.state);
        if (!flags.json)
          screen.printLines([
            ...showPlan(made, facts, {
              verb: 'fw plan',
              full: flags.full,
              traffic: flags.traffic,
              seconds,
              findings,
              counted,
            }),
            ...saved,
          ]);
        performance.mark('fw:shown');
        return flags['detailed-exitcode'] && hasChanges(made.plan) ? EXIT.changes : EXIT.ok;
      }),
    );
  }
}
