import { targetsThat } from '../extensions/targets.ts';
import type { TableStep } from '../plan/types.ts';
import { type SplitRule, splitRule, type Target } from '../rule-text/split-rule.ts';
import type { Chain } from '../rules/types.ts';
import { type Company, comesStateless, staysStateless, usesTracking } from './stateless.ts';

/**
 * What the changes of one table are judged by. Answers are kept, rules that were read are not: of a table of 10,000 rules they would fill the memory.
 */
export type TableFacts = {
  readonly company: Company;
  /** Chains before and after, by name. */
  readonly before: ReadonlyMap<string, Chain>;
  readonly after: ReadonlyMap<string, Chain>;
  /**
   * Whether no rule that was there remembers packets or leaves anything behind that another rule sees: then a packet that no longer
   * comes to them, because a rule accepts it before, changes nothing for other packets.
   */
  isForgetful(): boolean;
  /** Whether a rule does nothing but accept, directly or through a chain that does nothing else. */
  accepts(text: string): boolean;
  /** Whether everything in a chain, and in the chains it jumps to, accepts packets or lets them go on, and does nothing else. */
  onlyAccepts(chain: string): boolean;
};

/** Ends of a packet's way, and logs. */
const ENDS: ReadonlySet<string> = new Set(
  targetsThat(({ does }) => does === 'accept' || does === 'drop' || does === 'return'),
);
const LOGS: ReadonlySet<string> = new Set(targetsThat(({ logs }) => logs === true));

export function tableFacts(
  { before, after }: Pick<TableStep, 'before' | 'after'>,
  newSets: ReadonlySet<string>,
): TableFacts {
  const old = byName(before?.chains ?? []);
  const fresh = byName(after.chains);
  const company = { tracks: [...old.values()].some(hasTracking), newSets };
  const accepting = new Map<string, boolean>();
  const onlyAccepts = (name: string): boolean => {
    const found = accepting.get(name);
    if (found !== undefined) return found;
    // A chain that is asked for while it is looked at is a loop, which the kernel refuses.
    accepting.set(name, false);
    const chain = fresh.get(name);
    const is =
      chain !== undefined && chain.policy === undefined && chain.rules.every(({ text }) => facts.accepts(text));
    accepting.set(name, is);
    return is;
  };
  const isForgetful = once(() =>
    [...old.values()].every((chain) =>
      chain.rules.every(({ text }) => isPlain(text, old) || isForgetfulRule(splitRule(text), old)),
    ),
  );
  const answers = new Map<string, boolean>();
  const accepts = (text: string): boolean => {
    const found = answers.get(text);
    if (found !== undefined) return found;
    const answer = onlyAccepting(splitRule(text), facts);
    answers.set(text, answer);
    return answer;
  };
  const facts: TableFacts = { company, before: old, after: fresh, isForgetful, accepts, onlyAccepts };
  return facts;
}

function onlyAccepting(rule: SplitRule | undefined, facts: TableFacts): boolean {
  if (rule?.target === undefined || !comesStateless(rule, facts.company)) return false;
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

/**
 * Nearly every rule of a large table, recognised without reading its words: matches that look at the packet or at its connection, and an end or a
 * log. Every option and match in it is one that `staysStateless` takes.
 */
const TEXT = '(?:[^\\s"]+|"(?:[^"\\\\]|\\\\.)*")';
const MATCHES = [
  `(?:! )?-[sdiop] [^\\s"]+ `,
  `-m (?:tcp|udp|multiport|conntrack|state|comment) `,
  `(?:! )?--(?:[sd]ports?|ctstate|state) [^\\s"]+ `,
  `--comment ${TEXT} `,
].join('|');
const PLAIN = new RegExp(
  `^(?:${MATCHES})*(?:-j (ACCEPT|DROP|RETURN)|(?:-m limit --limit [^\\s"]+ )?-j (LOG)(?: --log-(?:prefix|level) ${TEXT})*)$`,
);

function isPlain(text: string, chains: ReadonlyMap<string, Chain>): boolean {
  const found = PLAIN.exec(text);
  const target = found?.[1] ?? found?.[2];
  return target !== undefined && !chains.has(target);
}

function isForgetfulRule(rule: SplitRule | undefined, chains: ReadonlyMap<string, Chain>): boolean {
  if (rule === undefined) return false;
  const { target } = rule;
  const logs = target === undefined || isTarget(target, LOGS, chains);
  // A limit before a log keeps packets from the log, no more.
  if (!staysStateless(rule, logs ? ['limit'] : [])) return false;
  return logs || isTarget(target, ENDS, chains) || chains.has(target.name);
}

function isTarget({ name }: Target, names: ReadonlySet<string>, chains: ReadonlyMap<string, Chain>): boolean {
  return names.has(name) && !chains.has(name);
}

function hasTracking(chain: Chain): boolean {
  return chain.rules.some(({ text }) => {
    if (!/conntrack|state|connmark/.test(text)) return false;
    const rule = splitRule(text);
    return rule !== undefined && usesTracking(rule);
  });
}

function byName(chains: readonly Chain[]): ReadonlyMap<string, Chain> {
  return new Map(chains.map((chain) => [chain.name, chain]));
}

function once(ask: () => boolean): () => boolean {
  let answer: boolean | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
