import { namespaceLabel } from '../rules/namespace-label.ts';
import { approvalOf, approvalOfOne, earlierApprovals, type Reviewed, termsOf, wayOf } from './approval-of.ts';

/** What was approved, from files that were reviewed and from approvals that were named. */
export type Approved = { readonly plans: readonly Reviewed[]; readonly names: ReadonlySet<string> };

/**
 * What a plan does that is not approved, a line each; empty where all of it is. A plan is approved by its own name, or namespace by namespace:
 * by a name, or by a reviewed plan in which a namespace goes the same way. Such a plan is about the same part of its namespaces, none of its checks is missing, and each check
 * of this plan is in one of them.
 */
export function findUnapproved(plan: Reviewed, { plans, names }: Approved): readonly string[] {
  const whole = approvalOf(plan);
  if (whole === undefined || names.has(whole)) return [];
  const isNamed = (transition: Reviewed['transitions'][number]) => names.has(approvalOfOne(transition, plan));
  const open = plan.transitions.filter((transition) => !isNamed(transition));
  const terms = new Set(termsOf(plan));
  const reviewsOf = (transition: Reviewed['transitions'][number]) =>
    plans.filter(({ transitions }) => transitions.some((one) => wayOf(one) === wayOf(transition)));
  const unseen = open.filter((transition) => reviewsOf(transition).length === 0);
  const reviews = open.flatMap(reviewsOf);
  const known = new Set(reviews.flatMap(termsOf));
  const lost = open
    .map((transition) => reviewsOf(transition).map((review) => missing(review, terms)))
    .filter((found) => found.length > 0 && found.every((lines) => lines.length > 0))
    .map(([first = []]) => first);
  const added = reviews.length === 0 ? [] : [...terms].filter((term) => !known.has(term));
  const lines = [
    ...unseen.map(
      (transition) =>
        `${namespaceLabel(transition.namespace)}: ${short(transition.from)} -> ${short(transition.to)}, approval ${approvalOfOne(transition, plan)}`,
    ),
    ...new Set([...added.map((term) => `not in the reviewed plan: ${term}`), ...lost.flat()]),
  ];
  const isEarlier = lines.length > 0 && earlierApprovals(plan).some((name) => names.has(name));
  return isEarlier ? [`${EARLIER}; the name of this plan is ${whole}`, ...lines] : lines;
}

const EARLIER =
  'a name that is given was made by an earlier fw and covers neither probes nor the part that is selected';

/** What was reviewed and is not in this plan. */
function missing(review: Reviewed, terms: ReadonlySet<string>): readonly string[] {
  return termsOf(review)
    .filter((term) => !terms.has(term))
    .map((term) => `in the reviewed plan and not in this one: ${term}`);
}

const DIGITS = 12;

function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, DIGITS);
}
