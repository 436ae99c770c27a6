import { isBuiltin } from '../ruleset/builtin.ts';
import { jumpTarget } from '../ruleset/jumps.ts';
import type { TableName } from '../ruleset/types.ts';
import type { DesiredRule, DesiredTable } from '../state/types.ts';
import type { ScratchRule, ScratchTable } from './scratch-script.ts';

/**
 * What must be loaded to learn the normal form of the rules that are not in live as text. `known` are the rule texts of this
 * table in live, `liveChains` the chains there. Several namespaces may bring a table of the same name: chains of equal name merge,
 * equal rules of one chain are loaded once. Undefined when all rules are known.
 */
export function planScratch(
  name: TableName,
  tables: readonly DesiredTable[],
  known: ReadonlySet<string>,
  liveChains: ReadonlySet<string>,
): ScratchTable | undefined {
  const chains = tables.flatMap((table) => table.claims.flatMap((claim) => claim.chains));
  const unknown = new Map<string, ScratchRule>();
  for (const chain of chains) {
    for (const rule of chain.rules) {
      if (!known.has(rule.text)) unknown.set(ruleKey(chain.name, rule), { chain: chain.name, rule });
    }
  }
  if (unknown.size === 0) return undefined;
  const rules = [...unknown.values()];
  const declared = new Set(chains.map((chain) => chain.name).filter((chain) => !isBuiltin(name, chain)));
  const isChain = (target: string) => declared.has(target) || liveChains.has(target);
  const jumps = new Map<string, readonly [string, string]>();
  const addJump = (from: string, to: string) => jumps.set(`${from} ${to}`, [from, to]);
  for (const chain of chains) {
    if (chain.hookInto !== undefined) addJump(chain.hookInto, chain.name);
    for (const rule of chain.rules) {
      const target = known.has(rule.text) ? jumpTarget(rule.text)?.chain : undefined;
      if (target !== undefined && isChain(target)) addJump(chain.name, target);
    }
  }
  const targets = rules.map(({ rule }) => jumpTarget(rule.text)?.chain ?? '');
  const stubs = [...targets, ...[...jumps.values()].map(([, to]) => to)].filter(
    (target) => liveChains.has(target) && !isBuiltin(name, target),
  );
  return { table: name, chains: [...new Set([...declared, ...stubs])].sort(), rules, jumps: [...jumps.values()] };
}

/** Key of a rule among the rules of all chains of one table. Chain names hold no blanks. */
export function ruleKey(chain: string, rule: DesiredRule): string {
  return `${chain} ${rule.text}`;
}
