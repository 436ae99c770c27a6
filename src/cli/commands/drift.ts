import { Flags } from '@oclif/core';
import { pickGeneration } from '../../app/generations/pick-generation.ts';
import { findDrift } from '../../app/query/find-drift.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import { driftDocument } from '../../core/report/drift-document.ts';
import { printComparison } from '../../ui/answers/print-comparison.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { printJson } from '../../ui/formats/print-json.ts';
import { anewText } from '../../ui/plan/made-anew-text.ts';
import { driftWords } from '../../ui/plan/plan-words.ts';
import { wire } from '../../wire/wire.ts';
import { metricsFlag } from '../flags/output-flags.ts';
import { planFlags } from '../flags/plan-flags.ts';
import { onlyStateFlag } from '../flags/state-name-flag.ts';
import { warnUnfinished } from '../output/warn.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';
import { writeMetrics } from '../run/write-metrics.ts';

export default class Drift extends BaseCommand {
  static override summary = 'Show what changed in the live rules since the last apply. Exits 2 when something did.';
  static override description =
    'Compares live rules with the newest generation, not with the state files. A rule that is live now and was not part of that generation ' +
    'is shown as added, one that is missing now as removed. Changes in the chains of other programs are no drift. A namespace that is gone ' +
    'is drift. fw drift looks at all states of the data folder, or at the one that --state-name names.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --since 41'];
  static override flags = {
    context: planFlags.context,
    full: planFlags.full,
    metrics: metricsFlag,
    'state-name': onlyStateFlag,
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
      const { plan, states, gone, anew, warnings } = await findDrift(ports, numbered, {
        context: flags.context,
        stateName: flags['state-name'],
      });
      const { number, generation } = numbered;
      if (flags.json) {
        process.stdout.write(
          printJson(driftDocument({ plan, states, gone, anew }, numbered, placeDiagnostics(warnings, new Map()))),
        );
      } else {
        const title = { verb: 'fw drift', commit: `generation ${number}` };
        const text = printComparison(plan, gone, { ...facts, full: flags.full, title, words: driftWords(number) });
        screen.printLines([
          ...warnings.flatMap((warning) => [...printDiagnostic(warning, new Map(), facts), '']),
          ...text,
          ...anewText(anew, plan),
          `Since generation ${number}, applied ${generation.at} by ${generation.operator}.`,
          ...(states.length > 1 || flags['state-name'] !== undefined ? [`Looked at: ${states.join(', ')}.`] : []),
        ]);
      }
      await writeMetrics(ports, flags.metrics, {
        version: this.config.version,
        differences: plan,
        gone,
        ...(flags['state-name'] === undefined ? {} : { states }),
      });
      return hasChanges(plan) || gone.length > 0 ? EXIT.changes : EXIT.ok;
    });
  }
}
