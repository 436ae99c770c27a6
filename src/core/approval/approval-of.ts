import { createHash } from 'node:crypto';
import type { Selection } from '../selection/types.ts';
import type { Transition } from '../transitions/types.ts';
import { checkTerm, distinct, type ReviewedCheck, selectionTerms } from './terms.ts';

type Way = Pick<Transition, 'from' | 'to'>;

/** What a review of a plan is a yes to: these ways of namespaces, whatever they are called, under these checks, and of this part of them. */
export type Reviewed = {
  readonly transitions: readonly Transition[];
  readonly checks: readonly ReviewedCheck[];
  readonly selection?: Selection;
};

/**
 * Names what a review approves: a digest over the distinct transitions of a plan, its checks and its selection. Plans for other
 * namespaces and hosts in the same state that go to the same state have the same. Undefined for a plan that changes nothing.
 */
export function approvalOf(plan: Reviewed): string | undefined {
  return plan.transitions.length === 0 ? undefined : digest(plan.transitions, termsOf(plan));
}

/** The approval of one namespace of a plan, which is that of a plan for it alone. */
export function approvalOfOne(way: Way, plan: Omit<Reviewed, 'transitions'>): string {
  return digest([way], termsOf(plan));
}

/** What holds beside the ways: a line for each check, and for each part that is selected; distinct and sorted. */
export function termsOf({ checks, selection }: Omit<Reviewed, 'transitions'>): readonly string[] {
  return [...distinct(checks.map(checkTerm)), ...selectionTerms(selection)];
}

/**
 * The names under which fw approved a plan, and its namespaces one by one, before checks and selections were covered: then only the commands of checks were.
 * Empty for a plan that has neither, whose names are the same now.
 */
export function earlierApprovals(plan: Reviewed): readonly string[] {
  const { transitions, checks } = plan;
  if (transitions.length === 0 || termsOf(plan).length === 0) return [];
  const commands = distinct(
    checks.flatMap(({ probe }) => (probe.kind === 'command' ? [JSON.stringify(probe.words)] : [])),
  );
  return [transitions, ...transitions.map((one) => [one])].map((ways) => digestLines('1', ways, commands));
}

/** A transition without the name of its namespace. */
export function wayOf({ from, to }: Way): string {
  return `${from} ${to}`;
}

/** Without terms a name is what it was before there were any. */
function digest(ways: readonly Way[], terms: readonly string[]): string {
  return digestLines(terms.length === 0 ? '1' : '2', ways, terms);
}

function digestLines(version: '1' | '2', ways: readonly Way[], more: readonly string[]): string {
  const lines = [`fw approval ${version}`, ...distinct(ways.map(wayOf)), ...more];
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}
