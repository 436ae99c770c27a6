import { Flags } from '@oclif/core';
import { applyState } from '../app/apply-state.ts';
import { EXIT } from '../core/errors.ts';
import { wire } from '../wire.ts';
import { approvalAt } from './approval.ts';
import { BaseCommand } from './base.ts';
import { operatorOf } from './operator.ts';
import { planFlags, planOptions } from './plan-flags.ts';
import { printApplied } from './print-applied.ts';
import { withScreen } from './with-screen.ts';

export default class Apply extends BaseCommand {
  static override summary = 'Make the live rules what the state says, or leave everything as it was.';
  static override description =
    'Plans, shows the plan, asks for "yes", rehearses the change and the way back on a copy of the live tables, writes both to the ' +
    'journal, applies, and reads everything back. If anything fails, in any table, family or namespace, all of it is rolled back.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'In a pipeline', command: '<%= config.bin %> <%= command.id %> --auto-approve --lock-timeout 30' },
  ];
  static override flags = {
    ...planFlags,
    'auto-approve': Flags.boolean({ summary: 'Do not ask.', env: 'FW_AUTO_APPROVE' }),
    'lock-timeout': Flags.integer({
      summary: 'Seconds to wait for another fw to finish.',
      env: 'FW_LOCK_TIMEOUT',
      default: 0,
      min: 0,
      max: 86_400,
      helpValue: 'SECONDS',
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Apply);
    return withScreen(flags, async (run) => {
      const ports = wire({ dataDir: flags['data-dir'], report: run.screen.report });
      const made = await applyState(
        ports,
        {
          ...planOptions(flags),
          operator: operatorOf(process.env),
          lockTimeoutSeconds: flags['lock-timeout'],
          stop: run.stop,
          beginWriting: run.beginWriting,
        },
        approvalAt(run, { autoApprove: flags['auto-approve'], full: flags.full, json: flags.json }),
      );
      printApplied(run, made, { json: flags.json });
      return EXIT.ok;
    });
  }
}
