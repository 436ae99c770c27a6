import type { Approval } from '../app/apply-state.ts';
import { findFindings } from '../app/find-findings.ts';
import { guard } from '../app/guard.ts';
import type { MadePlan } from '../app/make-plan.ts';
import { FwError } from '../core/errors.ts';
import type { Finding, GuardFlag } from '../core/guards/types.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { Ports } from '../ports.ts';
import { showPlan } from './show-plan.ts';
import type { Run } from './with-screen.ts';

export type ApprovalOptions = {
  readonly autoApprove: boolean;
  readonly full: boolean;
  readonly json: boolean;
  /** Tells programs about the plan. */
  readonly planned: (made: MadePlan, findings: readonly Finding[]) => Promise<void>;
  readonly allowed: ReadonlySet<GuardFlag>;
  /** The command, for the title of the plan. */
  readonly verb: string;
};

/**
 * Shows what an apply is about to do and waits for the word: the name of the namespace where a guard is closed, else `yes`. Without a
 * terminal only --auto-approve is a yes, and only a guard's own flag opens it.
 */
export function approvalAt(ports: Ports, { screen, facts }: Run, options: ApprovalOptions): Approval {
  const started = performance.now();
  const say = (lines: readonly string[]) => {
    if (!options.json) screen.printLines(lines);
  };
  const ask = async (question: string, word: string) => {
    const answer = await screen.ask([question], word);
    if (answer === 'interrupted') throw new FwError('run.interrupted', 'interrupted at the question');
    return answer === 'yes';
  };
  const askGuard = (namespace: Finding['namespace']) =>
    ask(
      `The guards above are closed for ${namespaceLabel(namespace)}. Its name opens them.`,
      namespaceLabel(namespace),
    );
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
      const findings = await findFindings(ports, made);
      await options.planned(made, findings);
      say(showPlan(made, facts, { verb: options.verb, full: options.full, seconds, findings }));
      const { allowed, autoApprove } = options;
      const canAsk = facts.interactive && !autoApprove;
      await guard(findings, canAsk ? { allowed, ask: askGuard } : { allowed });
      const wasAsked = canAsk && findings.some(({ flag }) => !allowed.has(flag));
      if (autoApprove || wasAsked || (await ask('Apply these changes? Only "yes" is accepted.', 'yes'))) return;
      throw new FwError('apply.unapproved', 'the plan was not approved', { next: 'Run again when ready.' });
    },
  };
}
