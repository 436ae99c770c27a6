import type { KnownRules } from '../guards/evaluate.ts';
import type { SplitRule, Target } from '../guards/split-rule.ts';
import type { StepTables } from '../plan/assemble.ts';
import type { Chain, Rule } from '../ruleset/types.ts';
import { type Company, comesQuietly, readRule, staysQuietly, usesTracking } from './stateless.ts';

/** What the changes of one table are judged by. Everything is asked for once. */
export type TableFacts = {
  readonly company: Company;
  /** Chains before and after, by name. */
  readonly before: ReadonlyMap<string, Chain>;
  readonly after: ReadonlyMap<string, Chain>;
  read(text: string): SplitRule | undefined;
  /**
   * Whether no rule that was there remembers packets or leaves anything behind that another rule sees: then a packet that no longer
   * comes to them, because a rule accepts it before, changes nothing for other packets.
   */
  isForgetful(): boolean;
  /** Whether everything in a chain, and in the chains it jumps to, accepts packets or lets them go on, and does nothing else. */
  onlyAccepts(chain: string): boolean;
};

/** Ends of a packet's way, and logs. */
const ENDS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'REJECT', 'RETURN']);
const LOGS: ReadonlySet<string> = new Set(['LOG', 'NFLOG']);

export function tableFacts({ before, after }: StepTables, newSets: ReadonlySet<string>): TableFacts {
  const known: KnownRules = new Map();
  const read = (text: string) => readRule(known, text);
  const old = byName(before?.chains ?? []);
  const fresh = byName(after.chains);
  const rules = lazily(() => [...old.values()].flatMap((chain) => chain.rules.map(({ text }) => read(text))));
  const company = { tracks: [...old.values()].some(hasTracking(read)), newSets };
  const accepting = new Map<string, boolean>();
  const onlyAccepts = (name: string): boolean => {
    const found = accepting.get(name);
    if (found !== undefined) return found;
    // A chain that is asked for while it is looked at is a loop, which the kernel refuses.
    accepting.set(name, false);
    const chain = fresh.get(name);
    const is =
      chain !== undefined && chain.policy === undefined && chain.rules.every((rule) => accepts(read(rule.text), facts));
    accepting.set(name, is);
    return is;
  };
  const isForgetful = lazily(() => rules().every((rule) => rule !== undefined && isForgetfulRule(rule, old)));
  const facts: TableFacts = { company, before: old, after: fresh, read, isForgetful, onlyAccepts };
  return facts;
}

/** Whether a rule does nothing but accept, directly or through a chain that does nothing else. */
export function accepts(rule: SplitRule | undefined, facts: TableFacts): boolean {
  if (rule?.target === undefined || !comesQuietly(rule, facts.company)) return false;
  const { kind, name, options } = rule.target;
  if (kind !== 'jump' || options.length > 0) return false;
  return name === 'ACCEPT' ? !facts.after.has(name) : facts.onlyAccepts(name);
}

/** Whether a rule only writes to a log, or only counts. */
export function onlyLogs({ target }: SplitRule, facts: TableFacts): boolean {
  return (
    target === undefined || (LOGS.has(target.name) && !facts.after.has(target.name) && !facts.before.has(target.name))
  );
}

function isForgetfulRule(rule: SplitRule, chains: ReadonlyMap<string, Chain>): boolean {
  const { target } = rule;
  const logs = target === undefined || isTarget(target, LOGS, chains);
  // A limit before a log keeps packets from the log, no more.
  if (!staysQuietly(rule, logs ? ['limit'] : [])) return false;
  return logs || isTarget(target, ENDS, chains) || chains.has(target.name);
}

function isTarget({ name }: Target, names: ReadonlySet<string>, chains: ReadonlyMap<string, Chain>): boolean {
  return names.has(name) && !chains.has(name);
}

function hasTracking(read: (text: string) => SplitRule | undefined): (chain: Chain) => boolean {
  const tracks = ({ text }: Rule) => {
    if (!/conntrack|state|connmark/.test(text)) return false;
    const rule = read(text);
    return rule !== undefined && usesTracking(rule);
  };
  return (chain) => chain.rules.some(tracks);
}

function byName(chains: readonly Chain[]): ReadonlyMap<string, Chain> {
  return new Map(chains.map((chain) => [chain.name, chain]));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
