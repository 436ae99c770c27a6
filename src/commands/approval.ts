import type { Approval } from '../app/apply-state.ts';
import { FwError } from '../core/errors.ts';
import { showPlan } from './show-plan.ts';
import type { Run } from './with-screen.ts';

export type ApprovalOptions = {
  readonly autoApprove: boolean;
  readonly full: boolean;
  readonly json: boolean;
  /** The command, for the title of the plan. */
  readonly verb: string;
};

/** Shows what an apply is about to do and waits for the word; without a terminal only --auto-approve is a yes. */
export function approvalAt({ screen, facts }: Run, options: ApprovalOptions): Approval {
  const started = performance.now();
  const say = (lines: readonly string[]) => {
    if (!options.json) screen.printLines(lines);
  };
  return {
    recovered: ({ rolledBack }) =>
      say(
        rolledBack.map(
          (run) => `The apply ${run.id} of ${run.operator} had not ended. It is rolled back and verified.`,
        ),
      ),
    moved: (error) => say([`${error.message}. Planning again.`]),
    approve: async (made) => {
      const seconds = (performance.now() - started) / 1000;
      if (options.json) process.stdout.write(`${JSON.stringify({ type: 'plan', plan: made.plan })}\n`);
      say(showPlan(made, facts, { verb: options.verb, full: options.full, seconds }));
      if (options.autoApprove) return;
      const answer = await screen.ask(['Apply these changes? Only "yes" is accepted.'], 'yes');
      if (answer === 'interrupted') throw new FwError('run.interrupted', 'interrupted at the question');
      if (answer === 'no')
        throw new FwError('apply.unapproved', 'the plan was not approved', { next: 'Run again when ready.' });
    },
  };
}
