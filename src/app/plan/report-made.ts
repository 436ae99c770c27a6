import { judgeOnce } from '../../core/approval/judge-once.ts';
import type { CountedConnections } from '../../core/connections/wish.ts';
import { promisesOf } from '../../core/desired/promises-of.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { transitionsOf } from '../../core/transitions/transitions.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from './make-plan.ts';

/** A plan that was just made, with everything that a machine format says about it. */
export async function reportMade(
  { git, clock }: Pick<Ports, 'git' | 'clock'>,
  made: MadePlan,
  options: {
    readonly findings: readonly Finding[];
    readonly fwVersion: string;
    readonly host: string;
    readonly operator: string;
    readonly state: string;
    /** Whether it tells what the plan does to traffic. */
    readonly withTraffic: boolean;
    /** Running connections that it refuses, where they were asked for. */
    readonly counted?: readonly CountedConnections[] | undefined;
  },
): Promise<PlanReport> {
  const { findings, fwVersion, host, operator, state, withTraffic, counted } = options;
  return {
    fw_version: fwVersion,
    created: clock.now().toISOString(),
    expires: null,
    host,
    operator,
    state,
    commit: (await git.commitOf(state)) ?? null,
    transitions: transitionsOf(made.plan),
    plan: made.plan,
    checks: made.checks,
    ...promisesOf(made),
    ...(made.selection === undefined ? {} : { selection: made.selection }),
    judge: judgeOnce(made.plan, made.checks, made.traffic),
    ...(made.anew === undefined ? {} : { anew: made.anew }),
    ...(withTraffic ? { traffic: made.traffic() } : {}),
    ...(counted === undefined ? {} : { counted }),
    findings,
    unjudged: [],
    diagnostics: placeDiagnostics(made.warnings, made.sources),
  };
}
