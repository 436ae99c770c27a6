import { longestCommonSubsequence } from '../../diff/lcs.ts';
import { withoutComments } from '../../rule-text/without-comments.ts';
import type { Chain, TableName } from '../../rules/types.ts';
import { type RuleContext, readPacketRule } from '../rule/read-packet-rule.ts';
import type { Firewall } from '../types/firewall.ts';
import type { PacketRule } from '../types/rule.ts';
import type { RulePlace } from '../types/traffic.ts';

export type SideRule = {
  readonly rule: PacketRule;
  /** Equal for rules that ask and do the same, of both sides. */
  readonly meaning: number;
  readonly chain: SideChain;
  readonly number: number;
  readonly text: string;
  /** It is on this side only. */
  changed: boolean;
};

export type SideChain = {
  readonly table: TableName;
  readonly name: string;
  readonly policy?: string;
  readonly rules: SideRule[];
  changedPolicy: boolean;
};

/** The tables of one side, with each rule read for what it means. */
export type Side = {
  readonly firewall: Firewall;
  readonly tables: ReadonlyMap<TableName, ReadonlyMap<string, SideChain>>;
};

/** Reads rules: equal texts once, over both sides. */
export class RuleReader {
  private readonly byText = new Map<string, ReadRule>();
  private meanings = 0;

  read(firewall: Firewall): Side {
    const tables = new Map(
      firewall.tables.map(({ name, chains }) => [
        name,
        new Map(chains.map((chain) => [chain.name, this.readChain(firewall, name, chain)])),
      ]),
    );
    return { firewall, tables };
  }

  private readChain(firewall: Firewall, table: TableName, { name, policy, rules }: Chain): SideChain {
    const chain: SideChain = {
      table,
      name,
      ...(policy === undefined ? {} : { policy }),
      rules: [],
      changedPolicy: false,
    };
    const times = new Map<string, number>();
    for (const [index, { text }] of rules.entries()) {
      const { rule, meaning } = this.readRule(firewall, chain, text, times);
      chain.rules.push({ rule, meaning, chain, number: index + 1, text, changed: false });
    }
    return chain;
  }

  /** What remembers packets is one of its own: its chain names it, and how often its text came before there, so that a move keeps it. */
  private readRule(
    { family, backend }: Firewall,
    chain: SideChain,
    full: string,
    times: Map<string, number>,
  ): ReadRule {
    const shared = this.byText.get(`${backend} ${full}`);
    if (shared !== undefined) return shared;
    const text = withoutComments(full);
    const time = times.get(text) ?? 0;
    const identity = `${chain.table} ${chain.name} ${time} ${text}`;
    const known = this.byText.get(`${backend} ${text}`) ?? this.byText.get(`${backend} ${identity}`);
    const read = known ?? this.readNew(text, { family, backend, identity });
    const isOwn = remembers(read.rule);
    if (isOwn) times.set(text, time + 1);
    this.byText.set(`${backend} ${isOwn ? identity : text}`, read);
    if (!isOwn) this.byText.set(`${backend} ${full}`, read);
    return read;
  }

  private readNew(text: string, context: RuleContext): ReadRule {
    this.meanings += 1;
    return { rule: readPacketRule(text, context), meaning: this.meanings };
  }
}

type ReadRule = { readonly rule: PacketRule; readonly meaning: number };

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

/** The chain that an action goes on in, if it is there. */
export function chainOf(side: Side, { rule, chain }: SideRule): SideChain | undefined {
  const { action } = rule;
  return action.kind === 'jump' || action.kind === 'goto' ? side.tables.get(chain.table)?.get(action.chain) : undefined;
}

/** The chains that a packet can get to from a base chain, that one first. Undefined where they call each other in a circle, which the kernel refuses. */
export function chainsFrom(side: Side, base: SideChain): readonly SideChain[] | undefined {
  const done = new Set<SideChain>();
  const open = new Set<SideChain>();
  const visit = (chain: SideChain): boolean => {
    if (done.has(chain)) return true;
    if (open.has(chain)) return false;
    open.add(chain);
    const isTree = chain.rules.every((rule) => {
      const to = chainOf(side, rule);
      return to === undefined || visit(to);
    });
    open.delete(chain);
    done.add(chain);
    return isTree;
  };
  return visit(base) ? [...done].reverse() : undefined;
}
