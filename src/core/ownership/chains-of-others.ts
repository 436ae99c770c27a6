import type { Chain } from '../rules/types.ts';
import type { ChainStates } from './chain-states.ts';

/**
 * A chain that a step of an exclusive table would have made, and that another program has made first, is why the kernel refused the step: it is
 * theirs, and stays. It is recognised thus: every chain that the step changes otherwise is as it was, and this one holds rules, none of them planned.
 */
export function withoutChainsOfOthers(states: readonly ChainStates[]): readonly ChainStates[] {
  return isRefused(states) ? states.map(leaveToOthers) : states;
}

/** Whether the live table shows that the step was never committed. With no other chain to show it, it may have been. */
function isRefused(states: readonly ChainStates[]): boolean {
  const changed = states.filter(isChanged);
  return changed.length > 0 && changed.every(isUndone);
}

/** Where it can be seen: a move alone cannot. */
function isChanged({ was, made, isTouched }: ChainStates): boolean {
  if (was === undefined) return false;
  return made === undefined || was.policy !== made.policy || textsOf(was, isTouched) !== textsOf(made, isTouched);
}

function isUndone({ was, made, now, isTouched }: ChainStates): boolean {
  if (was === undefined || now === undefined) return false;
  if (made === undefined) return true;
  const isPolicyUndone = made.policy === was.policy || now.policy === was.policy;
  return isPolicyUndone && textsOf(now, isTouched) === textsOf(was, isTouched);
}

function textsOf({ rules }: Chain, isTouched: ChainStates['isTouched']): string {
  return rules
    .filter(isTouched)
    .map(({ text }) => text)
    .join('\n');
}

function leaveToOthers(states: ChainStates): ChainStates {
  const { was, made, now } = states;
  if (was !== undefined || made === undefined || now === undefined) return states;
  const planned = new Set(made.rules.map(({ text }) => text));
  const isTheirs = planned.size > 0 && now.rules.length > 0 && now.rules.every(({ text }) => !planned.has(text));
  return isTheirs ? { ...states, made: undefined, isOurs: false } : states;
}
