import { Args, Flags } from '@oclif/core';
import { applyState } from '../../app/apply/apply.ts';
import { returnTarget } from '../../app/rollback/return-target.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { rollbackWords } from '../../ui/plan/plan-words.ts';
import { returnText } from '../../ui/plan/return-text.ts';
import { wire } from '../../wire/wire.ts';
import { applyFlags, applyOptions } from '../flags/apply-flags.ts';
import { givenApproval } from '../flags/approval-flags.ts';
import { generationChoice } from '../flags/generation-choice.ts';
import { allowedGuards } from '../flags/guard-flags.ts';
import { outputFlags } from '../flags/output-flags.ts';
import { onlyStateFlag } from '../flags/state-name-flag.ts';
import { printApplied } from '../output/print-applied.ts';
import { warnUnfinished } from '../output/warn.ts';
import { approvalAt } from '../run/approval.ts';
import { BaseCommand } from '../run/base.ts';
import { rejectPending } from '../run/reject-pending.ts';
import { withOutputs } from '../run/with-outputs.ts';
import { withScreen } from '../run/with-screen.ts';

const TAKES_IT_BACK =
  'The state files are as they were: unless they are changed, the next fw apply takes this return back.';

export default class Rollback extends BaseCommand {
  static override summary = 'Go back to an earlier generation, as a plan like any other.';
  static override description =
    'Plans from the live rules to what a generation declared, shows the plan, asks, and applies it with the same safety as fw apply. ' +
    'What other programs changed since stays. Without a number it takes back the newest apply of the data folder, or of the state that --state-name names, ' +
    'and leaves alone what other states declare. Asked again it goes further back, never again to what it took back. While an apply waits to be confirmed it ' +
    'takes that one back, as fw confirm --reject does, and nothing more. 0 is what was there before fw.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 41 --confirm 5m',
    {
      description: 'The last apply of one of several states',
      command: '<%= config.bin %> <%= command.id %> --state-name edge',
    },
    {
      description: 'At boot: the newest generation, which is the last one that was confirmed',
      command: '<%= config.bin %> <%= command.id %> --to last --auto-approve',
    },
    {
      description: 'Take fw out: what was there before it',
      command: '<%= config.bin %> <%= command.id %> 0 --allow-empty',
    },
  ];
  static override args = {
    generation: Args.string({
      description: 'Number of the generation, 0 for what was there before fw, last or previous.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ...applyFlags,
    ...outputFlags,
    'state-name': onlyStateFlag,
    to: Flags.string({
      summary: 'Name it by its place. A number stands without --to: fw rollback 41.',
      env: 'FW_TO',
      options: ['last', 'previous'] as const,
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Rollback);
    if (args.generation !== undefined && flags.to !== undefined)
      throw new FwError('usage', 'give a generation or --to, not both');
    const rejected = args.generation === undefined && flags.to === undefined ? await rejectPending(flags) : undefined;
    if (rejected !== undefined) return rejected;
    const choice = generationChoice(args.generation ?? flags.to ?? 'previous');
    const command = { operation: 'apply', id: this.id, fwVersion: this.config.version } as const;
    return withOutputs(command, flags, (outputs) =>
      withScreen(flags, async (run) => {
        const report = outputs.listen(run.screen.report);
        const ports = wire({ dataDir: flags['data-dir'], report, keep: flags.keep });
        const target = await returnTarget(ports, choice, flags['state-name']).catch(async (error: unknown) => {
          // The lock is not taken then, so an apply that died is not brought back either.
          await warnUnfinished(ports, this.where);
          throw error;
        });
        const { label, number } = target;
        const make = async () => {
          // Under the lock: another apply may have come since.
          const now = await returnTarget(ports, choice, flags['state-name']);
          if (now.key !== target.key) throw cameMeanwhile(label);
          const made = await now.make({ context: flags.context, label });
          return { ...made, ...(now.way === undefined ? {} : { remarks: returnText(now.way) }) };
        };
        const verb = `fw rollback ${number}`;
        const given = await givenApproval(ports, flags, { isSaved: false, allowedSigners: undefined });
        const approval = approvalAt(ports, run, {
          where: this.where,
          allowed: allowedGuards(flags),
          given,
          full: flags.full,
          traffic: flags.traffic,
          json: flags.json,
          connections: flags.connections,
          verb,
          words: rollbackWords(label),
          planned: (made, findings) => outputs.planned(made, findings, label),
        });
        const applied = await applyState(
          ports,
          { ...applyOptions(flags, run), state: label, restores: target.restores, make },
          approval,
        );
        await outputs.applied(applied, label);
        printApplied(run, applied, {
          json: flags.json,
          dataDir: ports.fullPath(flags['data-dir']),
          verb,
          words: rollbackWords(label),
        });
        if (!flags.json && target.isOlder && hasChanges(applied.made.plan)) run.screen.printLines([TAKES_IT_BACK]);
        return EXIT.ok;
      }),
    );
  }
}

function cameMeanwhile(label: string): FwError {
  return new FwError(
    'plan.stale',
    `another apply came meanwhile, so the way back is not the one to ${label} any more`,
    {
      next: 'See fw history, then run again.',
    },
  );
}
