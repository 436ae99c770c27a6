import { longestCommonSubsequence } from '../../diff/lcs.ts';
import type { TableName } from '../../rules/types.ts';
import type { Firewall } from '../types/firewall.ts';
import type { PacketRule } from '../types/rule.ts';
import type { RulePlace } from '../types/traffic.ts';
import type { PlainRule } from './plain-rule.ts';
import { stagesOf, type Way } from './way.ts';

export type SideRule = {
  /** Read when it is first asked for. */
  readonly rule: PacketRule;
  /** Where it is known by a look at the text: `rule` is such as `plainRule` says. */
  readonly plain?: PlainRule;
  /** Equal for rules that ask and do the same, of both sides. */
  readonly meaning: number;
  readonly chain: SideChain;
  readonly number: number;
  readonly text: string;
  /** The chain that it goes on in, if that is there. */
  to?: SideChain;
  /** It is on this side only. */
  changed: boolean;
};

export type SideChain = {
  readonly table: TableName;
  readonly name: string;
  readonly policy?: string;
  readonly rules: SideRule[];
  /** The rules that packets may meet which are asked about: see `askOnly`. All unless set. */
  asked: readonly SideRule[];
  changedPolicy: boolean;
  /** What `hasRule` found. */
  readonly has: Map<RuleTest, boolean>;
};

/** Asks something of a single rule. One that is kept, so that each chain is looked through once for it. */
export type RuleTest = {
  readonly is: (rule: SideRule) => boolean;
  /** No rule that `plainRule` knows is such, so that none of these is read for it. */
  readonly neverPlain: boolean;
};

export const someRule = (is: RuleTest['is']): RuleTest => ({ is, neverPlain: false });
/** Of rules that ask or do more than a plain one. */
export const someOtherRule = (is: RuleTest['is']): RuleTest => ({ is, neverPlain: true });

/** The tables of one side, with each rule read for what it means. */
export type Side = {
  readonly firewall: Firewall;
  readonly tables: ReadonlyMap<TableName, ReadonlyMap<string, SideChain>>;
  /** What `chainsFrom` found. */
  readonly reached: Map<SideChain, readonly SideChain[] | undefined>;
  /** What `chainsOn` found. */
  readonly onWay: WeakMap<Way, readonly SideChain[]>;
};

/** Whether some rule of the chain is such. Not to be asked of changes before they are marked. */
export function hasRule(chain: SideChain, test: RuleTest): boolean {
  const known = chain.has.get(test) ?? chain.rules.some((rule) => isSuch(rule, test));
  chain.has.set(test, known);
  return known;
}

function isSuch(rule: SideRule, { is, neverPlain }: RuleTest): boolean {
  return !(neverPlain && rule.plain !== undefined) && is(rule);
}

export function remembers({ conditions }: PacketRule): boolean {
  const asks = (condition: PacketRule['conditions'][number]): boolean => {
    if (condition.kind === 'question') return condition.remembers;
    if (condition.kind === 'not') return asks(condition.of);
    return (condition.kind === 'all' || condition.kind === 'any') && condition.of.some(asks);
  };
  return conditions.some(asks);
}

/** Marks the rules and policies that are on one side only. */
export function markChanges(before: Side, after: Side): void {
  const names = new Set([...before.tables.keys(), ...after.tables.keys()]);
  for (const name of names) {
    const [was, will] = [before.tables.get(name), after.tables.get(name)];
    for (const chain of new Set([...(was?.keys() ?? []), ...(will?.keys() ?? [])])) {
      markChain(was?.get(chain), will?.get(chain));
    }
  }
}

function markChain(was: SideChain | undefined, will: SideChain | undefined): void {
  const changesPolicy = (was?.policy ?? 'ACCEPT') !== (will?.policy ?? 'ACCEPT');
  const [from, to] = [was, will].map((chain) => (chain?.rules ?? []).map(({ meaning }) => meaning)) as [
    number[],
    number[],
  ];
  const kept = longestCommonSubsequence(from, to);
  const keptFrom = new Set(kept.map(([index]) => index));
  const keptTo = new Set(kept.map(([, index]) => index));
  for (const [index, rule] of (was?.rules ?? []).entries()) rule.changed = !keptFrom.has(index);
  for (const [index, rule] of (will?.rules ?? []).entries()) rule.changed = !keptTo.has(index);
  for (const chain of [was, will]) if (chain !== undefined) chain.changedPolicy = changesPolicy;
}

export function placeOfRule({ chain, number, text }: SideRule): RulePlace {
  return { table: chain.table, chain: chain.name, number, text };
}

export function placeOfPolicy({ table, name, policy = 'ACCEPT' }: SideChain): RulePlace {
  return { table, chain: name, text: policy };
}

/** The chains that a packet can get to from a base chain, that one first. Undefined where they call each other in a circle, which the kernel refuses. */
export function chainsFrom({ reached }: Side, base: SideChain): readonly SideChain[] | undefined {
  if (!reached.has(base)) reached.set(base, findChains(base));
  return reached.get(base);
}

function findChains(base: SideChain): readonly SideChain[] | undefined {
  const done = new Set<SideChain>();
  const open = new Set<SideChain>();
  const visit = (chain: SideChain): boolean => {
    if (done.has(chain)) return true;
    if (open.has(chain)) return false;
    open.add(chain);
    const isTree = chain.rules.every(({ to }) => to === undefined || visit(to));
    open.delete(chain);
    done.add(chain);
    return isTree;
  };
  return visit(base) ? [...done].reverse() : undefined;
}

/** The chains that packets may come to on their way. */
export function chainsOn(side: Side, way: Way): readonly SideChain[] {
  const known = side.onWay.get(way);
  if (known !== undefined) return known;
  const chains = stagesOf(way).flatMap(({ table, chain }) => {
    const base = side.tables.get(table)?.get(chain);
    return base === undefined ? [] : (chainsFrom(side, base) ?? [base]);
  });
  const found = [...new Set(chains)];
  side.onWay.set(way, found);
  return found;
}

/** Whether packets may come to such a rule on their way. */
export function hasRuleOn(sides: readonly Side[], way: Way, is: RuleTest): boolean {
  return sides.some((side) => chainsOn(side, way).some((chain) => hasRule(chain, is)));
}
