import { isBuiltin } from '../ruleset/builtin.ts';
import { jumpOf } from '../ruleset/jumps.ts';
import type { Span } from '../span.ts';
import { isTarget } from '../state/extensions.ts';
import type { DesiredTable } from '../state/types.ts';

/** Jumps to what is neither a chain of the table nor a target that iptables has: a chain of others, or a slip of the pen. */
export function undeclaredTargets(table: DesiredTable): readonly { readonly chain: string; readonly span: Span }[] {
  const chains = table.claims.flatMap((claim) => claim.chains);
  const declared = new Set(chains.map((chain) => chain.name));
  const found = new Map<string, Span>();
  for (const chain of chains) {
    for (const rule of chain.rules) {
      const target = jumpOf(rule)?.chain;
      if (target === undefined || declared.has(target) || isTarget(target) || isBuiltin(table.name, target)) continue;
      if (!found.has(target)) found.set(target, rule.span);
    }
  }
  return [...found].map(([chain, span]) => ({ chain, span }));
}
