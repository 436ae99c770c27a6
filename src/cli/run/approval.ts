import type { Approval } from '../../app/apply/apply.ts';
import { countedConnections } from '../../app/connections/counted-connections.ts';
import { findFindings } from '../../app/plan/find-findings.ts';
import { guard } from '../../app/plan/guard.ts';
import type { MadePlan } from '../../app/plan/make-plan.ts';
import { type ApprovedClasses, isWithin, overLimit } from '../../core/approval/approval-of.ts';
import { classOfPlan } from '../../core/approval/class-of-plan.ts';
import { findUnapproved } from '../../core/approval/find-unapproved.ts';
import type { ConnectionWish } from '../../core/connections/wish.ts';
import { promisesOf } from '../../core/desired/promises-of.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { exposure } from '../../core/guards/check-exposure.ts';
import type { Finding, GuardFlag } from '../../core/guards/finding.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { areOpeningsInside } from '../../core/traffic/openings-inside.ts';
import { transitionsOf } from '../../core/transitions/transitions.ts';
import type { Ports } from '../../ports/ports.ts';
import { endedLaterLines, recoveredLines } from '../../ui/answers/recovered-lines.ts';
import { printFindings } from '../../ui/plan/guard-text.ts';
import type { PlanWords } from '../../ui/plan/plan-text.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { TrafficDetail } from '../../ui/traffic/print-traffic.ts';
import type { Given } from '../flags/approval-flags.ts';
import type { Run } from '../output/run.ts';
import { showPlan } from '../output/show-plan.ts';

type ApprovalOptions = {
  readonly given: Given;
  readonly full: boolean;
  readonly traffic: TrafficDetail;
  readonly json: boolean;
  readonly connections: ConnectionWish | undefined;
  /** Tells programs about the plan. */
  readonly planned: (made: MadePlan, findings: readonly Finding[]) => Promise<void>;
  readonly allowed: ReadonlySet<GuardFlag>;
  /** The command, for the title of the plan. */
  readonly verb: string;
  readonly words?: Partial<PlanWords>;
  /** What a printed command needs behind it to be about the data folder. */
  readonly where: string;
};

/**
 * Shows what an apply is about to do and waits for the word: the name of the namespace where a guard is closed, else `yes`. Without a
 * terminal only a flag or a saved plan is a yes, and only a guard's own flag opens it.
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
    recovered: ({ rolledBack, ended }) =>
      say([...rolledBack.flatMap((run) => recoveredLines(run, options.where)), ...ended.flatMap(endedLaterLines)]),
    moved: (error) => say([`${error.message}. Planning again.`]),
    unchanged: async (made) => {
      const findings = await findFindings(ports, made);
      if (findings.length === 0) return;
      await options.planned(made, findings);
      await guard(findings, options);
      say([...printFindings(pageOf(facts), findings), '']);
    },
    approve: async (made) => {
      const seconds = (performance.now() - started) / 1000;
      const { traffic, connections } = options;
      const counting = traffic === 'none' ? [] : countedConnections(ports, made, connections);
      const findings = await findFindings(ports, made);
      const counted = await counting;
      await options.planned(made, findings);
      say(showPlan(made, facts, { ...options, seconds, findings, counted }));
      const { allowed, given } = options;
      const isApproved = isGiven(given, made);
      const canAsk = facts.interactive && !isApproved;
      if (!canAsk && !isApproved && given.kind === 'up-to') throw refusedBy(given, made);
      await guard(findings, canAsk ? { allowed, ask: askGuard } : { allowed });
      const wasAsked = canAsk && findings.some(({ flag }) => !allowed.has(flag));
      // By its flag a person says yes to what the guard is closed for, under whatever account fw runs.
      const isOpened = findings.some(({ flag }) => flag === exposure.flag && allowed.has(flag));
      if (isApproved) return isOpened;
      if (wasAsked || (await ask('Apply these changes? Only "yes" is accepted.', 'yes'))) return true;
      throw new FwError('apply.unapproved', 'the plan was not approved', { next: 'Run again when ready.' });
    },
  };
}

/** Whether the plan is approved without a question. Throws `apply.not-approved` for one that is not what was reviewed. */
function isGiven(given: Given, made: MadePlan): boolean {
  const { plan, checks, selection } = made;
  switch (given.kind) {
    case 'all':
      return true;
    case 'ask':
      return false;
    case 'up-to': {
      const found = classOfPlan(plan, checks, made.traffic());
      return found === undefined || isWithin(found, approvedClasses(given, made));
    }
    case 'reviewed': {
      const part = selection === undefined ? {} : { selection };
      const reviewed = { transitions: transitionsOf(plan), checks, ...promisesOf(made), ...part };
      const open = findUnapproved(reviewed, given.approved);
      if (open.length === 0) return true;
      throw new FwError('apply.not-approved', 'the plan does what is not approved', { output: open.join('\n') });
    }
    default:
      return given satisfies never;
  }
}

type UpTo = Extract<Given, { readonly kind: 'up-to' }>;

function approvedClasses({ limit, openings }: UpTo, { plan, live }: MadePlan): ApprovedClasses {
  return { limit, areOpeningsNamed: areOpeningsInside(plan, live, openings) };
}

function refusedBy(given: UpTo, made: MadePlan): FwError {
  const found = classOfPlan(made.plan, made.checks, made.traffic());
  if (found === undefined) throw new Error('Bug: a plan without changes is over no limit');
  return overLimit(found, approvedClasses(given, made));
}
