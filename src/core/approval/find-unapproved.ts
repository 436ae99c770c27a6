import { namespaceLabel } from '../namespace-label.ts';
import { approvalOf, approvalOfOne, commandsOf, type Reviewed, wayOf } from './approval-of.ts';

/** What was approved, from files that were reviewed and from approvals that were named. */
export type Approved = { readonly plans: readonly Reviewed[]; readonly names: ReadonlySet<string> };

/**
 * What a plan does that nobody approved, a line each; empty where all of it is. A plan is approved by its own name, or namespace by namespace:
 * by a name, or by a reviewed plan in which a namespace goes the same way. Commands of its checks must be in a reviewed plan of it, or in the name.
 */
export function findUnapproved(plan: Reviewed, { plans, names }: Approved): readonly string[] {
  const whole = approvalOf(plan);
  if (whole === undefined || names.has(whole)) return [];
  const ways = new Set(plans.flatMap(({ transitions }) => transitions.map(wayOf)));
  const isNamed = (transition: Reviewed['transitions'][number]) => names.has(approvalOfOne(transition, plan.checks));
  const open = plan.transitions.filter((transition) => !isNamed(transition) && !ways.has(wayOf(transition)));
  const known = new Set(plans.flatMap(({ checks }) => commandsOf(checks)));
  const allNamed = plan.transitions.every(isNamed);
  const commands = allNamed ? [] : commandsOf(plan.checks).filter((command) => !known.has(command));
  return [
    ...open.map(
      (transition) =>
        `${namespaceLabel(transition.namespace)}: ${short(transition.from)} -> ${short(transition.to)}, approval ${approvalOfOne(transition, plan.checks)}`,
    ),
    ...commands.map((command) => `command of a check: ${command}`),
  ];
}

const DIGITS = 12;

function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, DIGITS);
}
