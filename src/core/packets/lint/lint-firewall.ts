import { LIMITS } from '../../limits.ts';
import { RuleReader } from '../side/rule-reader.ts';
import type { SideChain } from '../side/side.ts';
import type { Firewall } from '../types/firewall.ts';
import { lintChain } from './lint-chain.ts';
import { TableSets } from './table-sets.ts';
import type { Finding, Linted, LintOptions, NotJudged } from './types.ts';

/**
 * What is proved of the rules of a firewall, whatever packets come and whatever is in sets. Each chain is judged for itself, for all packets that any rule
 * could send there.
 */
export function lintFirewall(firewall: Firewall, options: LintOptions = {}): Linted {
  // What is in a set may change at any moment.
  const open: Firewall = { ...firewall, sets: [] };
  const findings: Finding[] = [];
  const notJudged: NotJudged[] = [];
  for (const [table, chains] of new RuleReader([open]).read(open).tables) {
    const called = calledChains([...chains.values()]);
    const isUnreached = (chain: string) => options.unreached?.has(`${table} ${chain}`) ?? !called.has(chain);
    const sets = new TableSets(firewall.family, chains.values());
    const passing = new Map<SideChain, number>();
    for (const chain of calleesFirst([...chains.values()])) {
      if (isUnreached(chain.name) && chain.policy === undefined) {
        if (chain.rules.length > 0) {
          findings.push({ id: 'FWL04', place: { table, chain: chain.name, text: '' }, causes: [], more: 0 });
        }
        continue;
      }
      const left = LIMITS.proofNodes.most - sets.space.diagram.nodes;
      sets.space.diagram.allow(Math.max(0, Math.min(left, options.nodes ?? LIMITS.lintNodes.most)));
      const isShared = chain.policy !== undefined && options.shared?.has(table) === true;
      const linted = lintChain(sets, chain, passing, isShared);
      passing.set(chain, linted.passing);
      findings.push(...linted.findings);
      if (linted.unjudgedFrom !== undefined) notJudged.push({ table, chain: chain.name, from: linted.unjudgedFrom });
    }
  }
  return { findings, notJudged };
}

/** Names of the chains that packets may come to from a built-in one. */
function calledChains(chains: readonly SideChain[]): ReadonlySet<string> {
  const called = new Set<string>();
  const waiting = chains.filter(({ policy }) => policy !== undefined);
  for (let chain = waiting.pop(); chain !== undefined; chain = waiting.pop()) {
    if (called.has(chain.name)) continue;
    called.add(chain.name);
    for (const { to } of chain.rules) if (to !== undefined) waiting.push(to);
  }
  return called;
}

/** Chains of a circle, which the kernel refuses, come in some order: of one that has not come yet nothing is known. */
function calleesFirst(chains: readonly SideChain[]): readonly SideChain[] {
  const done = new Set<SideChain>();
  const open = new Set<SideChain>();
  const visit = (chain: SideChain) => {
    if (done.has(chain) || open.has(chain)) return;
    open.add(chain);
    for (const { to } of chain.rules) if (to !== undefined) visit(to);
    done.add(chain);
  };
  for (const chain of chains) visit(chain);
  return [...done];
}
