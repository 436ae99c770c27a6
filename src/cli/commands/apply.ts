import { Args } from '@oclif/core';
import { applyState } from '../../app/apply/apply.ts';
import { EXIT } from '../../core/diagnostics/errors.ts';
import { wire } from '../../wire/wire.ts';
import { applyFlags, applyOptions, destroyFlag } from '../flags/apply-flags.ts';
import { givenApproval, refuseUnsigned, requireSignatureFlag } from '../flags/approval-flags.ts';
import { allowedGuards } from '../flags/guard-flags.ts';
import { outputFlags } from '../flags/output-flags.ts';
import { selectFlags } from '../flags/select-flags.ts';
import { stateNameFlag } from '../flags/state-name-flag.ts';
import { valueFlags } from '../flags/value-flags.ts';
import { printApplied } from '../output/print-applied.ts';
import { approvalAt } from '../run/approval.ts';
import { BaseCommand } from '../run/base.ts';
import { planToApply, refuseBesideDestroy, refusePlanning } from '../run/chosen-plan.ts';
import { withOutputs } from '../run/with-outputs.ts';
import { withScreen } from '../run/with-screen.ts';

export default class Apply extends BaseCommand {
  static override summary = 'Make the live rules what the state says, or leave everything as it was.';
  static override description =
    'Plans, shows the plan, asks for "yes", rehearses the change and the way back on a copy of what they touch, writes both to the ' +
    'journal, applies, and reads everything back. If anything fails, in any table, family or namespace, all of it is rolled back.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'From far away: back by itself after five minutes, unless fw confirm is run over a new connection',
      command: '<%= config.bin %> <%= command.id %> --confirm 5m',
    },
    {
      description: 'In a pipeline: what is signed by somebody who may',
      command: '<%= config.bin %> <%= command.id %> edge.fwplan --require-signature allowed_signers',
    },
    {
      description: 'On every host in the same state, after one review',
      command: '<%= config.bin %> <%= command.id %> --approved edge.fwplan',
    },
    {
      description: 'Take out all that was applied in a namespace',
      command: '<%= config.bin %> <%= command.id %> --destroy edge --allow-empty',
    },
    {
      description: 'In a pipeline',
      command: '<%= config.bin %> <%= command.id %> --auto-approve --lock-timeout 30s',
    },
  ];
  static override args = {
    plan: Args.string({ description: 'A saved plan: exactly this is applied, without a question.', ignoreStdin: true }),
  };
  static override flags = {
    ...applyFlags,
    destroy: destroyFlag,
    'state-name': stateNameFlag,
    'require-signature': requireSignatureFlag,
    ...outputFlags,
    ...valueFlags,
    ...selectFlags,
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Apply);
    if (args.plan !== undefined) refusePlanning(args.plan, this.typed, this.listed);
    else refuseUnsigned(flags);
    if (flags.destroy !== undefined) refuseBesideDestroy(this.typed);
    const command = { operation: 'apply', id: this.id, fwVersion: this.config.version } as const;
    return withOutputs(command, flags, (outputs) =>
      withScreen(flags, async (run) => {
        const ports = wire({
          dataDir: flags['data-dir'],
          report: outputs.listen(run.screen.report),
          allowUntrusted: flags['allow-untrusted-state'],
          keep: flags.keep,
        });
        const { isSaved, ...chosen } = await planToApply(ports, args.plan, flags);
        const given = await givenApproval(ports, flags, { isSaved, allowedSigners: flags['require-signature'] });
        const { full, json, traffic } = flags;
        const approval = approvalAt(ports, run, {
          where: this.where,
          allowed: allowedGuards(flags),
          given,
          full,
          json,
          connections: flags.connections,
          traffic,
          verb: 'fw apply',
          planned: (made, findings) => outputs.planned(made, findings, chosen.state),
        });
        const applied = await applyState(ports, { ...applyOptions(flags, run), ...chosen }, approval);
        await outputs.applied(applied, chosen.state);
        printApplied(run, applied, { json: flags.json, dataDir: ports.fullPath(flags['data-dir']), verb: 'fw apply' });
        return EXIT.ok;
      }),
    );
  }
}
