import { withoutComments } from '../../rule-text/without-comments.ts';
import type { Chain, TableName } from '../../rules/types.ts';
import { type RuleContext, readPacketRule } from '../rule/read-packet-rule.ts';
import { setResolver } from '../rule/resolve-sets.ts';
import type { Condition } from '../types/condition.ts';
import type { Firewall, KnownSet } from '../types/firewall.ts';
import type { PacketRule } from '../types/rule.ts';
import { LaterRule, PlainTexts } from './later-rule.ts';
import { MemoryWriters } from './memory-writers.ts';
import { remembers, type Side, type SideChain } from './side.ts';

/** A rule, and a number that is equal for rules that ask and do the same, of all sides. */
type ReadRule = { readonly rule: PacketRule; readonly meaning: number };

type Sets = {
  readonly resolve: (condition: Condition) => Condition;
  readonly contents: ReadonlyMap<string, string>;
  readonly memory: MemoryWriters;
};

/** Reads the rules of the firewalls that are compared: equal texts once, over all of them. */
export class RuleReader {
  private readonly byKey = new Map<string, ReadRule>();
  /** None between two backends: there texts are compared by what they mean, and are read for it. */
  private readonly plains: PlainTexts | undefined;
  private readonly sets = new Map<Firewall, Sets>();
  private readonly contents = new Map<string, string>();
  private readonly byMeaning = new Map<string, number>();
  private readonly isMixed: boolean;
  private meanings = 0;

  constructor(firewalls: readonly Firewall[]) {
    this.isMixed = new Set(firewalls.map(({ backend }) => backend)).size > 1;
    if (!this.isMixed) this.plains = new PlainTexts(() => this.nextMeaning());
    const filled = new Set(firewalls.flatMap(filledSets));
    // What comes and goes by itself, or with packets, is asked for and not computed.
    const open = withLists(new Set([...filled, ...firewalls.flatMap(changingSets)]), firewalls);
    for (const firewall of firewalls) {
      const memory = new MemoryWriters(firewall);
      const contents = new Map<string, string>();
      const sets = new Map(firewall.sets.map((set) => [set.name, set]));
      for (const name of new Set([...sets.keys(), ...filled])) {
        contents.set(name, this.numbered(contentKey(name, sets, memory)));
      }
      this.sets.set(firewall, { resolve: setResolver(firewall, (set) => open.has(set)), contents, memory });
    }
  }

  read(firewall: Firewall): Side {
    const tables = new Map(
      firewall.tables.map(({ name, chains }) => [
        name,
        new Map(chains.map((chain) => [chain.name, this.readChain(firewall, name, chain)])),
      ]),
    );
    for (const chains of tables.values()) {
      for (const { rules } of chains.values()) {
        for (const rule of rules) {
          const name = rule.plain === undefined ? chainOf(rule.rule) : rule.plain.chain;
          const to = name === undefined ? undefined : chains.get(name);
          if (to !== undefined) rule.to = to;
        }
      }
    }
    return { firewall, tables, reached: new Map(), onWay: new WeakMap() };
  }

  /** A condition with what the sets of a firewall hold. */
  resolve(firewall: Firewall, condition: Condition): Condition {
    const sets = this.sets.get(firewall);
    return sets === undefined ? condition : named(sets.resolve(condition), condition, sets);
  }

  /** A short name for what a set holds. */
  private numbered(content: string): string {
    const known = this.contents.get(content) ?? `#${this.contents.size}`;
    this.contents.set(content, known);
    return known;
  }

  private readChain(firewall: Firewall, table: TableName, { name, policy, rules }: Chain): SideChain {
    const chain: SideChain = {
      table,
      name,
      ...(policy === undefined ? {} : { policy }),
      rules: [],
      asked: [],
      changedPolicy: false,
      has: new Map(),
    };
    const times = new Map<string, number>();
    for (const [index, { text }] of rules.entries()) {
      const number = index + 1;
      const plain = this.plains?.find(text, firewall);
      if (plain !== undefined) chain.rules.push(new LaterRule(plain, { chain, number, text }));
      else chain.rules.push({ ...this.readRule(firewall, chain, text, times), chain, number, text, changed: false });
    }
    chain.asked = chain.rules;
    return chain;
  }

  /** What remembers packets is one of its own: its chain names it, and how often its text came before there, so that a move keeps it. */
  private readRule(firewall: Firewall, chain: SideChain, full: string, times: Map<string, number>): ReadRule {
    const { family, backend } = firewall;
    const known = this.byKey.get(`${backend} ${full}`);
    if (known !== undefined) return known;
    const text = withoutComments(full);
    const time = times.get(text) ?? 0;
    const identity = `${chain.table} ${chain.name} ${time} ${text}${this.askedOf(firewall, text)}`;
    const read = this.readText(firewall, text, { family, backend, identity });
    if (remembers(read.rule)) times.set(text, time + 1);
    else if (!text.includes('-m set ')) this.byKey.set(`${backend} ${full}`, read);
    return read;
  }

  /** What a rule is answered from outside of it: by memories that others write, and by sets of which it asks more than whether they hold the packet. */
  private askedOf(firewall: Firewall, text: string): string {
    const sets = this.sets.get(firewall);
    const written = sets?.memory.askedBy(text) ?? '';
    const contents = [...text.matchAll(ASKS_MORE)].map(([, name = '']) => sets?.contents.get(name) ?? '');
    return [...(written === '' ? [] : [this.numbered(written)]), ...contents].map((one) => ` ${one}`).join('');
  }

  /** Between two backends equal texts may mean different things, and mostly do not. */
  private meaningOf(rule: PacketRule): number {
    const fresh = this.nextMeaning();
    if (!this.isMixed) return fresh;
    const key = JSON.stringify(rule, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    const meaning = this.byMeaning.get(key) ?? fresh;
    this.byMeaning.set(key, meaning);
    return meaning;
  }

  private nextMeaning(): number {
    this.meanings += 1;
    return this.meanings;
  }

  private readText(firewall: Firewall, text: string, context: RuleContext): ReadRule {
    const common =
      this.byKey.get(`${context.backend} ${text}`) ?? this.byKey.get(`${context.backend} ${context.identity}`);
    if (common !== undefined) return common;
    const plain = readPacketRule(text, context);
    const names = plain.conditions.flatMap(setsIn);
    const contents = names.map((name) => this.sets.get(firewall)?.contents.get(name) ?? '').join();
    const isOwn = remembers(plain);
    const key = `${context.backend} ${isOwn ? context.identity : text}${names.length === 0 ? '' : ` ${contents}`}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const conditions = plain.conditions.map((condition) => this.resolve(firewall, condition));
    const rule = names.length === 0 ? plain : { ...plain, conditions };
    const read = { rule, meaning: this.meaningOf(rule) };
    this.byKey.set(key, read);
    return read;
  }
}

function chainOf({ action }: PacketRule): string | undefined {
  return action.kind === 'jump' || action.kind === 'goto' ? action.chain : undefined;
}

/** Options of a set behind its directions: `--return-nomatch`, `! --update-counters`, `--packets-gt`. */
const ASKS_MORE = /--match-set (\S+) \S+ (?:! )?--/g;

function filledSets({ tables, family, backend }: Firewall): readonly string[] {
  return tables.flatMap(({ chains }) =>
    chains.flatMap(({ rules }) =>
      rules.flatMap(({ text }) => {
        if (!text.includes('-j SET ')) return [];
        const { action } = readPacketRule(text, { family, backend, identity: text });
        return action.kind === 'fill-set' ? [action.set] : [];
      }),
    ),
  );
}

function changingSets({ sets }: Firewall): readonly string[] {
  return sets.filter(({ changes }) => changes).map(({ name }) => name);
}

function setsIn(condition: Condition): readonly string[] {
  if (condition.kind === 'set') return [condition.set];
  if (condition.kind === 'not') return setsIn(condition.of);
  return condition.kind === 'all' || condition.kind === 'any' ? condition.of.flatMap(setsIn) : [];
}

/** Open sets, and lists of which a member is one. */
function withLists(open: ReadonlySet<string>, firewalls: readonly Firewall[]): ReadonlySet<string> {
  const all = new Set(open);
  for (const name of all) {
    for (const list of firewalls.flatMap(({ sets }) => sets)) {
      if (list.header.startsWith('list:') && list.entries.some((entry) => entry.split(' ')[0] === name)) {
        all.add(list.name);
      }
    }
  }
  return all;
}

/** Equal for sets that hold the same and that the same rules fill, a list by what its members hold. */
function contentKey(name: string, sets: ReadonlyMap<string, KnownSet>, memory: MemoryWriters, depth = 0): string {
  const set = sets.get(name);
  const members = set?.header.startsWith('list:') && depth < 4 ? set.entries : [];
  const inside = members.map((entry) => contentKey(entry.split(' ')[0] ?? '', sets, memory, depth + 1));
  return JSON.stringify([set?.header, set?.entries, memory.ofSet(name), inside]);
}

/** Where a set stays a question, other contents are another question. */
function named(resolved: Condition, from: Condition, { contents }: Sets): Condition {
  const suffix = setsIn(from)
    .map((name) => contents.get(name) ?? '')
    .join();
  const name = (condition: Condition): Condition => {
    switch (condition.kind) {
      case 'not':
        return { ...condition, of: name(condition.of) };
      case 'all':
      case 'any':
        return { ...condition, of: condition.of.map(name) };
      case 'question':
        return { ...condition, key: `${condition.key} ${suffix}` };
      default:
        return condition;
    }
  };
  return suffix === '' ? resolved : name(resolved);
}
