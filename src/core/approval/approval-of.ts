import { createHash } from 'node:crypto';
import type { Transition } from '../plan-file/types.ts';
import type { PlannedCheck } from '../state/types.ts';

type Way = Pick<Transition, 'from' | 'to'>;

/** What a review of a plan is a yes to: these ways of namespaces, whatever they are called, and these commands as checks. */
export type Reviewed = {
  readonly transitions: readonly Transition[];
  readonly checks: readonly Pick<PlannedCheck, 'probe'>[];
};

/**
 * Names what a review approves: a digest over the distinct transitions of a plan and the commands that it runs as checks. Plans for other
 * namespaces and hosts in the same state that go to the same state have the same. Undefined for a plan that changes nothing.
 */
export function approvalOf({ transitions, checks }: Reviewed): string | undefined {
  return transitions.length === 0 ? undefined : digest(transitions, commandsOf(checks));
}

/** The approval of one namespace of a plan, which is that of a plan for it alone. */
export function approvalOfOne(way: Way, checks: Reviewed['checks']): string {
  return digest([way], commandsOf(checks));
}

/** Commands among the checks, distinct and sorted: they run as root after an apply, so they are reviewed like rules. */
export function commandsOf(checks: Reviewed['checks']): readonly string[] {
  const commands = checks.flatMap(({ probe }) => (probe.kind === 'command' ? [JSON.stringify(probe.words)] : []));
  return [...new Set(commands)].sort();
}

/** A transition without the name of its namespace. */
export function wayOf({ from, to }: Way): string {
  return `${from} ${to}`;
}

function digest(ways: readonly Way[], commands: readonly string[]): string {
  const lines = ['fw approval 1', ...[...new Set(ways.map(wayOf))].sort(), ...commands];
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}
