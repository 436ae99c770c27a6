import type { DesiredNamespace } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import { LIMITS } from '../limits.ts';
import { tableSteps } from '../plan/in-order.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Chain } from '../rules/types.ts';
import { originsOf } from '../traffic/rule-origins.ts';
import { desiredOptions } from './desired-facts.ts';
import type { LintedFirewall } from './types.ts';

/**
 * The chains that a plan changes, as they are after it, with those that they lead to: each chain is judged for itself, so what stays as it is need not be
 * judged again. Chains for which the limit of rules leaves no room are left out.
 */
export function planFirewalls(
  plan: Plan,
  chosen: readonly DesiredNamespace[],
  originOf: (span: Span) => Origin,
): readonly LintedFirewall[] {
  let room = LIMITS.lintedRules.most;
  return tableSteps(plan).flatMap((step): readonly LintedFirewall[] => {
    const { family, backend, after } = step;
    const namespace = namespaceLabel(step.namespace);
    const own = chosen.find((one) => namespaceLabel(one.namespace) === namespace);
    const chains = changedChains(step, room);
    room -= rulesOf(chains);
    if (own === undefined || chains.length === 0) return [];
    const firewall = { family, backend, tables: [{ ...after, chains }], sets: [], settings: {} };
    const options = { ...desiredOptions(own, family), nodes: LIMITS.lintedNodes.most };
    return [{ namespace, family, firewall, find: originsOf(plan, namespace, family, originOf), options }];
  });
}

function changedChains({ chains, after }: TableStep, room: number): readonly Chain[] {
  const byName = new Map(after.chains.map((chain) => [chain.name, chain]));
  const taken = new Map<string, Chain>();
  for (const { name } of chains) {
    const more = leadingFrom(name, byName).filter((chain) => !taken.has(chain.name));
    const fits = (chains: readonly Chain[]) => rulesOf([...taken.values(), ...chains]) <= room;
    // Of a chain that is not there it is taken that anything may come back from it.
    const chosen = fits(more) ? more : more.slice(0, 1);
    if (fits(chosen)) for (const chain of chosen) taken.set(chain.name, chain);
  }
  return [...taken.values()];
}

/** A chain, and all that it leads to. */
function leadingFrom(name: string, chains: ReadonlyMap<string, Chain>): readonly Chain[] {
  const found = new Map<string, Chain>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const chain = chains.get(next);
    if (chain === undefined || found.has(next)) continue;
    found.set(next, chain);
    for (const rule of chain.rules) {
      const to = jumpOf(rule)?.chain;
      if (to !== undefined) waiting.push(to);
    }
  }
  return [...found.values()];
}

function rulesOf(chains: readonly Chain[]): number {
  return chains.reduce((sum, { rules }) => sum + rules.length, 0);
}
