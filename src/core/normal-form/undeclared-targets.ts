import type { DesiredTable } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { isTarget } from '../extensions/names.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin } from '../rules/builtin.ts';

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
