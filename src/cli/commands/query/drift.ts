import { Flags } from '@oclif/core';
import { pickGeneration } from '../../../app/generations/pick-generation.ts';
import { findDrift } from '../../../app/query/find-drift.ts';
import { findForeignDrift } from '../../../app/query/find-foreign-drift.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { hasChanges } from '../../../core/plan/count-changes.ts';
import { wire } from '../../../wire/wire.ts';
import { metricsFlag } from '../../flags/output-flags.ts';
import { planFlags } from '../../flags/plan-flags.ts';
import { onlyStateFlag } from '../../flags/state-name-flag.ts';
import { driftLines, printDriftJson } from '../../output/print-drift.ts';
import { warnUnfinished } from '../../output/warn.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';
import { writeMetrics } from '../../run/write-metrics.ts';

export default class Drift extends BaseCommand {
  static override summary = 'Show what changed in the live rules since the last apply. Exits 2 when something did.';
  static override description =
    'Compares live rules with the newest generation, not with the state files. A rule that is live now and was not part of that generation ' +
    'is shown as added, one that is missing now as removed. Changes in the chains of other programs are no drift; --foreign shows them. A namespace that is gone ' +
    'is drift. fw drift looks at all states of the data folder, or at the one that --state-name names.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --since 41'];
  static override flags = {
    context: planFlags.context,
    full: planFlags.full,
    metrics: metricsFlag,
    'state-name': onlyStateFlag,
    foreign: Flags.boolean({
      summary: 'Show as well what others changed in the same tables: chains, rules and policies that are not ours.',
      description:
        'A table is compared with what the last kept apply that changed it saw there; its journal holds that. Of tables whose journal is not kept any more nothing is told. What others changed makes it exit 2 too.',
      env: 'FW_FOREIGN',
      exclusive: ['state-name', 'since'],
    }),
    since: Flags.integer({
      summary: 'Number of the generation; the newest without it.',
      env: 'FW_SINCE',
      min: 1,
      helpValue: 'N',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Drift);
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      await warnUnfinished(ports, this.where, { live: true });
      const numbered = await pickGeneration(ports, flags.since ?? 'last');
      const { context, full, json, 'state-name': stateName } = flags;
      const { inputs, ...drift } = await findDrift(ports, numbered, { context, stateName });
      const foreign = flags.foreign ? await findForeignDrift(ports, inputs, context) : undefined;
      const found = { ...drift, foreign };
      if (json) printDriftJson(found, numbered);
      else screen.printLines(driftLines(found, numbered, { ...facts, full, isOneState: stateName !== undefined }));
      const { plan, states, gone } = drift;
      await writeMetrics(ports, flags.metrics, {
        version: this.config.version,
        differences: plan,
        gone,
        ...(stateName === undefined ? {} : { states }),
      });
      const isChanged = hasChanges(plan) || gone.length > 0 || (foreign !== undefined && hasChanges(foreign.plan));
      return isChanged ? EXIT.changes : EXIT.ok;
    });
  }
}
