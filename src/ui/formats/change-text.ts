import type { ResourceChange, Side } from '../../core/document/types.ts';
import { cleanText } from '../clean-text.ts';
import { hasCarried, packets } from '../counters-text.ts';

const VERB = { create: 'adds', update: 'changes', delete: 'removes', move: 'moves' } as const;

/** One change in words, cleaned: what is done where, and the rule. */
export function changeText({ address, change, type, counters }: ResourceChange): {
  readonly title: string;
  readonly message: string;
} {
  const [action] = change.actions;
  const carried = counters === null ? undefined : ([counters.packets, counters.bytes] as const);
  const used = carried !== undefined && hasCarried(carried) ? ` (carried ${packets(carried)})` : '';
  const what = { rule: 'a rule', policy: 'a policy', chain: 'a chain' }[type];
  return {
    title: clean(`${VERB[action]} ${what}: ${address}`),
    message: clean(`${sides(change.before, change.after)}${used}`),
  };
}

/** Whether a rule that has seen packets goes or becomes another one. */
export function isInUse({ change, counters, type }: ResourceChange): boolean {
  const [action] = change.actions;
  if (type !== 'rule' || counters === null || (action !== 'delete' && action !== 'update')) return false;
  return hasCarried([counters.packets, counters.bytes]);
}

function sides(before: Side | null, after: Side | null): string {
  const [was, is] = [before === null ? '' : text(before), after === null ? '' : text(after)];
  if (was === '' || is === '' || was === is) return is === '' ? was : is;
  return `${was} -> ${is}`;
}

function text(side: Side): string {
  if ('rule' in side) return side.rule;
  return 'policy' in side ? side.policy : side.chain;
}

function clean(words: string): string {
  return cleanText(words, true);
}
