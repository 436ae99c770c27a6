import { Args, Flags } from '@oclif/core';
import { loadPlanFile } from '../app/load-plan-file.ts';
import { EXIT } from '../core/errors.ts';
import { printPlan } from '../ui/plan-text.ts';
import { wire } from '../wire.ts';
import { BaseCommand } from './base.ts';
import { withScreen } from './with-screen.ts';

export default class Show extends BaseCommand {
  static override summary = 'Show a saved plan, without root and without live rules.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> edge.fwplan',
    '<%= config.bin %> <%= command.id %> edge.fwplan --json',
  ];
  static override args = {
    plan: Args.string({ description: 'File that fw plan --out wrote.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    full: Flags.boolean({ summary: 'Show every changed rule and every namespace.', env: 'FW_FULL' }),
    'detailed-exitcode': Flags.boolean({ summary: 'Exit with 2 when there are changes.', env: 'FW_DETAILED_EXITCODE' }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Show);
    return withScreen(flags, async ({ screen, facts }) => {
      const file = await loadPlanFile(
        wire({ dataDir: flags['data-dir'], report: screen.report, allowUntrusted: flags['allow-untrusted-state'] }),
        args.plan,
      );
      if (flags.json) process.stdout.write(`${JSON.stringify(file)}\n`);
      else {
        const commit =
          file.commit === null
            ? {}
            : { commit: `${file.commit.id.slice(0, 12)}${file.commit.dirty ? ' (dirty)' : ''}` };
        const title = { verb: `fw show ${args.plan}`, host: file.host, ...commit };
        screen.printLines([
          ...printPlan(file.plan, { ...facts, full: flags.full, title }),
          `Made ${file.created} by ${file.operator} on ${file.host}, to be applied before ${file.expires}.`,
        ]);
      }
      return flags['detailed-exitcode'] && file.plan.steps.length > 0 ? EXIT.changes : EXIT.ok;
    });
  }
}
