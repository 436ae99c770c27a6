import { findFindings } from '../app/plan/find-findings.ts';
import type { MadePlan } from '../app/plan/make-plan.ts';
import { reportMade } from '../app/plan/report-made.ts';
import { planText } from '../app/plan/save-plan.ts';
import { FwError } from '../core/diagnostics/errors.ts';
import type { Finding } from '../core/guards/finding.ts';
import { hasChanges } from '../core/plan/count-changes.ts';
import { parsePlanFile } from '../core/plan-file/parse-plan-file.ts';
import type { PlanFile } from '../core/plan-file/types.ts';
import { planDocument } from '../core/report/plan-document.ts';
import type { Ports } from '../ports/ports.ts';
import type { Context } from './call.ts';
import type { Plan, Proposal } from './types.ts';

/** Stands in messages where the path of a saved plan would. */
export const THE_PLAN = 'the plan';

/** What each plan is that was handed out: an apply believes this, and nothing that is in the object by then. */
const files = new WeakMap<Plan, PlanFile>();

type About = { readonly state: string; readonly withTraffic: boolean };

export async function proposalOf(
  { fwVersion, host, operator }: Context,
  ports: Ports,
  made: MadePlan,
  { findings, ...about }: About & { readonly findings: readonly Finding[] },
): Promise<Proposal> {
  const document = planDocument(await reportMade(ports, made, { ...about, findings, fwVersion, host, operator }));
  return { document, findings, hasChanges: hasChanges(made.plan) };
}

/** A plan as the caller gets it. It is kept as the text of a saved plan, so that an apply of it goes the way that an apply of a file goes. */
export async function handOut(
  context: Context,
  ports: Ports,
  made: MadePlan,
  about: About & { readonly maxAgeSeconds: number },
): Promise<Plan> {
  const { fwVersion, host, operator } = context;
  const { state, maxAgeSeconds } = about;
  const text = await planText(ports, made, { fwVersion, host, operator, state, maxAgeSeconds });
  const findings = await findFindings(ports, made);
  const plan: Plan = Object.freeze({ ...(await proposalOf(context, ports, made, { ...about, findings })), text });
  files.set(plan, parsePlanFile(THE_PLAN, text));
  return plan;
}

/** Throws `usage` for what is no plan of this library. */
export function fileOf(plan: Plan): PlanFile {
  const file = typeof plan === 'object' && plan !== null ? files.get(plan) : undefined;
  if (file !== undefined) return file;
  throw new FwError('usage', 'this is no plan that firewall.plan() has made in this process', {
    next: 'Pass the very object on. A plan that went through JSON or another process is applied by its text: fw apply FILE.',
  });
}
