import { Args, Flags } from '@oclif/core';
import { applyState } from '../../../app/apply/apply.ts';
import { planForget } from '../../../app/state-names/forget-state.ts';
import { checkKnowsStates } from '../../../app/state-names/list-states.ts';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { wire } from '../../../wire/wire.ts';
import { applyFlags, applyOptions } from '../../flags/apply-flags.ts';
import { givenApproval } from '../../flags/approval-flags.ts';
import { allowedGuards } from '../../flags/guard-flags.ts';
import { outputFlags } from '../../flags/output-flags.ts';
import { checkForgotten, FORGET_WORDS, printForgotten } from '../../output/print-applied.ts';
import { approvalAt } from '../../run/approval.ts';
import { BaseCommand } from '../../run/base.ts';
import { forgetKeeping } from '../../run/forget-keeping.ts';
import { withOutputs } from '../../run/with-outputs.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class StateForget extends BaseCommand {
  static override summary = 'Take a state out: its rules by a plan like any other, and then its record.';
  static override description =
    'Shows what goes, asks, and applies it with the same safety as fw apply; other states stay as they are. Whole tables that the state had for itself become what they were before fw, ' +
    'where generation 0 knows it, else empty. fw rollback brings the state back.';
  static override examples = [
    '<%= config.bin %> state forget edge --allow-empty --confirm 5m',
    { description: 'Only the record; rules stay live', command: '<%= config.bin %> state forget edge --keep-rules' },
  ];
  static override args = {
    name: Args.string({ description: 'Its name, or its path where it has none.', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...applyFlags,
    ...outputFlags,
    'keep-rules': Flags.boolean({
      summary: 'Forget the record only: its rules stay live, and nothing declares them any more.',
      env: 'FW_KEEP_RULES',
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(StateForget);
    if (flags['keep-rules']) return forgetKeeping(args.name, flags, this.where);
    const command = { operation: 'apply', id: this.id, fwVersion: this.config.version } as const;
    return withOutputs(command, flags, (outputs) =>
      withScreen(flags, async (run) => {
        const report = outputs.listen(run.screen.report);
        const ports = wire({ dataDir: flags['data-dir'], report, keep: flags.keep });
        const [state, verb] = [`state forget ${args.name}`, `fw state forget ${args.name}`];
        const approval = approvalAt(ports, run, {
          where: this.where,
          allowed: allowedGuards(flags),
          given: await givenApproval(ports, flags, { isSaved: false, allowedSigners: undefined }),
          full: flags.full,
          traffic: flags.traffic,
          json: flags.json,
          connections: flags.connections,
          verb,
          words: FORGET_WORDS,
          planned: (made, findings) => outputs.planned(made, findings, state),
        });
        await checkKnowsStates(ports, args.name);
        const make = () => planForget(ports, args.name, flags.context);
        const applied = await applyState(
          ports,
          { ...applyOptions(flags, run), state, make, asksAlways: true },
          approval,
        );
        checkForgotten(applied);
        await outputs.applied(applied, state);
        printForgotten(run, applied, {
          json: flags.json,
          dataDir: ports.fullPath(flags['data-dir']),
          verb,
          name: args.name,
        });
        return EXIT.ok;
      }),
    );
  }
}
