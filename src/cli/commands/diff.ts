import { Args } from '@oclif/core';
import { compareSides } from '../../app/query/compare-sides.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { trafficDocument } from '../../core/report/traffic-document.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { printComparison } from '../../ui/answers/print-comparison.ts';
import { compareWords } from '../../ui/plan/plan-words.ts';
import { pageOf } from '../../ui/text/page.ts';
import { printTraffic } from '../../ui/traffic/print-traffic.ts';
import { wire } from '../../wire/wire.ts';
import { planFlags, trafficFlag } from '../flags/plan-flags.ts';
import { givenValues, valueFlags } from '../flags/value-flags.ts';
import { BaseCommand } from '../run/base.ts';
import { withScreen } from '../run/with-screen.ts';

const SIDE = 'A generation (number, last, previous), a .fwplan file, a state file or folder, FOLDER@REVISION of git';

export default class Diff extends BaseCommand {
  static override summary = 'Show what differs between two generations, plans, states, git revisions, or live.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> previous last',
    '<%= config.bin %> <%= command.id %> 41 live',
    { description: 'What a branch changes', command: '<%= config.bin %> <%= command.id %> state@main state' },
  ];
  static override args = {
    before: Args.string({ description: `${SIDE}.`, required: true, ignoreStdin: true }),
    after: Args.string({ description: `${SIDE}, or live.`, required: true, ignoreStdin: true }),
  };
  static override flags = { ...valueFlags, context: planFlags.context, full: planFlags.full, traffic: trafficFlag };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Diff);
    const detail = flags.traffic;
    return withScreen(flags, async ({ screen, facts }) => {
      const ports = wire({ dataDir: flags['data-dir'], report: screen.report });
      const { plan, gone, traffic } = await compareSides(ports, args.before, args.after, {
        context: flags.context,
        given: givenValues(flags),
      });
      const { before, after } = args;
      if (flags.json) {
        const names = gone.map(namespaceLabel);
        const packets = detail === 'none' ? {} : { traffic: traffic().map(trafficDocument) };
        process.stdout.write(`${jsonText({ type: 'diff', before, after, gone: names, plan, ...packets })}\n`);
      } else {
        const options = { ...facts, full: flags.full, title: { verb: `fw diff ${before} ${after}` } };
        const packets = detail === 'none' ? [] : printTraffic(pageOf(facts), traffic(), detail);
        screen.printLines([
          ...printComparison(plan, gone, { ...options, words: compareWords(before, after) }),
          ...packets,
        ]);
      }
      return EXIT.ok;
    });
  }
}
