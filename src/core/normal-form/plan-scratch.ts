import type { DesiredClaim } from '../desired/types.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';
import type { ScratchRule, ScratchTable } from './scratch-script.ts';

/**
 * What must be loaded to learn the normal form of the rules whose texts do not stand in live, which are `unknown`. `liveChains` are the
 * chains of this table in live. Several namespaces may bring a table of the same name: chains of equal name merge, equal rules of one
 * chain are loaded once. Undefined when all rules are known.
 */
export function planScratch(
  name: TableName,
  claims: ReadonlySet<DesiredClaim>,
  unknown: ReadonlySet<string>,
  liveChains: ReadonlySet<string>,
): ScratchTable | undefined {
  if (unknown.size === 0) return undefined;
  const chains = [...claims].flatMap((claim) => claim.chains);
  const wanted = new Map<string, Map<string, ScratchRule>>();
  for (const { name: chain, rules } of chains) {
    const own = wanted.get(chain) ?? new Map<string, ScratchRule>();
    wanted.set(chain, own);
    for (const rule of rules) if (unknown.has(rule.text)) own.set(rule.text, { chain, rule });
  }
  const rules = [...wanted.values()].flatMap((own) => [...own.values()]);
  const declared = new Set(chains.map((chain) => chain.name).filter((chain) => !isBuiltin(name, chain)));
  const isChain = (target: string) => declared.has(target) || liveChains.has(target);
  const jumps = new Map<string, readonly [string, string]>();
  const addJump = (from: string, to: string) => jumps.set(`${from} ${to}`, [from, to]);
  for (const chain of chains) {
    // A chain of another program is reached by nothing here.
    if (chain.hookInto !== undefined && isBuiltin(name, chain.hookInto)) addJump(chain.hookInto, chain.name);
    for (const rule of chain.rules) {
      const target = jumpOf(rule)?.chain;
      if (target !== undefined && isChain(target) && !unknown.has(rule.text)) addJump(chain.name, target);
    }
  }
  const targets = rules.map(({ rule }) => jumpOf(rule)?.chain ?? '');
  const stubs = [...targets, ...[...jumps.values()].map(([, to]) => to)].filter(
    (target) => liveChains.has(target) && !isBuiltin(name, target),
  );
  return { table: name, chains: [...new Set([...declared, ...stubs])].sort(), rules, jumps: [...jumps.values()] };
}

/** Normal texts of the rules of one table that were loaded: by chain, then by the text as it was written. */
export type NormalTexts = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
