import type { Hook } from '../desired/types.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { isHookChain } from '../rules/hook-chain.ts';
import type { Chain, Rule } from '../rules/types.ts';

export type WantedHook = {
  readonly text: string;
  readonly position: Hook;
  /** Whose hook it is, where several states are brought in at once. */
  readonly state?: string | undefined;
};

/**
 * Rules of a chain of others with exactly our jumps in it. A rule is ours exactly when it jumps to a chain of ours.
 * A jump that stands right stays where it is, so two states whose owners both hook first do not push each other down for ever:
 * `first` means in front of every rule that is not itself the hook of some owner, `last` likewise. The owners of one
 * state stand in the order of `hooks`, so what is wanted does not depend on which of them was there before. Several states come in one after
 * the other, as they did when each was applied for itself.
 */
export function hookRules(
  chain: Chain,
  hooks: readonly WantedHook[],
  ownsJump: (rule: Rule) => boolean,
): readonly Rule[] {
  let rules = chain.rules.filter((rule) => !ownsJump(rule) || hooks.some((hook) => hook.text === rule.text));
  for (const state of new Set(hooks.map((hook) => hook.state))) {
    const own = hooks.filter((hook) => hook.state === state);
    for (const hook of [...own].reverse()) rules = settleHook(chain.name, rules, hook);
    rules = orderHooks(rules, own);
  }
  return rules;
}

function settleHook(chain: string, rules: readonly Rule[], hook: WantedHook): Rule[] {
  const isHook = (rule: Rule) => isHookChain(jumpOf(rule)?.chain ?? '', chain) && rule.text.startsWith('-j ');
  const found = rules.flatMap((rule, index) => (rule.text === hook.text ? [index] : []));
  const others = rules.filter((rule) => rule.text !== hook.text);
  const at = found[0] ?? -1;
  const single = found.length === 1;
  const kept = rules[at] ?? { text: hook.text };
  if (single && hook.position === 'any') return [...rules];
  if (single && hook.position === 'first' && rules.slice(0, at).every(isHook)) return [...rules];
  if (single && hook.position === 'last' && rules.slice(at).every(isHook)) return [...rules];
  return hook.position === 'last' ? [...others, kept] : [kept, ...others];
}

/** Settled hooks change places only among themselves. A last one stands in front of a first one only where all rules are hooks. */
function orderHooks(rules: readonly Rule[], hooks: readonly WantedHook[]): Rule[] {
  const ordered = (['first', 'last'] as const).flatMap((position) =>
    hooks.filter((hook) => hook.position === position).map(({ text }) => rules.find((rule) => rule.text === text)),
  );
  const rest = ordered.values();
  return rules.map((rule) => (ordered.includes(rule) ? (rest.next().value ?? rule) : rule));
}
