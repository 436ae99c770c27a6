import { LIMITS } from '../limits.ts';
import { type SplitRule, splitRule, type Target } from '../rule-text/split-rule.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { Chain, Table } from '../rules/types.ts';
import { type Answer, both } from './answer.ts';
import { forgetBits } from './bits.ts';
import { isPairAtOnce, meets } from './meets.ts';
import { joinPackets, type Packet, packetKey } from './packet.ts';
import { type Filled, filledBy, rewrite, takesMark, writersAsked } from './rewrite.ts';
import { targetKind } from './target-kind.ts';

export type Verdict = 'accept' | 'drop' | 'unknown';

/** A rule, or the policy of a chain, that may end a packet's way. */
export type Ending = {
  readonly verdict: Verdict;
  readonly chain: string;
  /** Counts from 1; absent for the policy. */
  readonly position?: number;
  /** The rule, or the policy's name. */
  readonly text: string;
};

export type Evaluation = {
  readonly verdict: Verdict;
  /** What ends the packet's way in the worst case: for `accept` what accepts it, else the first that drops it or cannot be judged. */
  readonly ending: Ending;
  /** What may accept the packet where the verdict is `unknown`. */
  readonly hope?: Ending;
  /**
   * Every rule that the packet meets or may meet, with its chain, and the policy. Where rules before decide what a rule answers, they are named behind it. Two tables
   * of equal path treat the packet alike.
   */
  readonly path: readonly string[];
  /** The packet as it leaves the table; absent where no way leads out of it. */
  readonly leaves?: Packet;
  /** State beside packets that the packet fills, or may fill, on its way. */
  readonly fills: Filled;
  /** Rules before that wrote or filled what a rule on the way asks. */
  readonly writers: ReadonlySet<string>;
};

/** Rules already read, by text. */
export type KnownRules = Map<string, SplitRule | undefined>;

const DEEPEST = LIMITS.evaluationDepth.most;
const MOST_ENTRIES = LIMITS.evaluationEntries.most;

/**
 * What becomes of a packet that enters a built-in chain, by the rules' texts. `accept` and `drop` are proven: they hold whatever
 * the matches say that are not understood. Each rule is looked at once for each packet that rules made of this one, however often its chain is entered.
 * `filled` is what rules fill besides.
 */
export function evaluate(
  table: Table,
  chain: string,
  packet: Packet,
  known: KnownRules = new Map(),
  filled: Filled = new Map(),
): Evaluation {
  const chains = new Map(table.chains.map((one) => [one.name, one]));
  const walk: Walk = {
    ...{
      table,
      chains,
      known,
      filled,
      done: new Map(),
      entries: new Map(),
      path: [],
      fills: new Map(),
      writers: new Set(),
    },
    leaves: undefined,
  };
  const { endings, returns } = walkChain(walk, chain, packet, 0);
  const policy = chains.get(chain)?.policy ?? 'ACCEPT';
  const all = new Map(endings);
  if (returns !== undefined) {
    walk.path.push(`${chain} policy ${policy}`);
    addEnding(all, { verdict: policy === 'ACCEPT' ? 'accept' : 'drop', chain, text: policy });
    if (policy === 'ACCEPT') walk.leaves = joinPackets(walk.leaves, returns);
  }
  return {
    ...judge([...all.values()], { verdict: 'unknown', chain, text: policy }),
    path: walk.path,
    fills: walk.fills,
    writers: walk.writers,
    ...(walk.leaves === undefined ? {} : { leaves: walk.leaves }),
  };
}

function judge(endings: readonly Ending[], none: Ending): Pick<Evaluation, 'verdict' | 'ending' | 'hope'> {
  const hope = endings.find((ending) => ending.verdict === 'accept');
  const ending = endings.find((candidate) => candidate.verdict !== 'accept') ?? hope ?? none;
  if (endings.length <= 1) return { verdict: ending.verdict, ending };
  return { verdict: 'unknown', ending, ...(hope === undefined ? {} : { hope }) };
}

type Walk = {
  readonly table: Table;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly known: KnownRules;
  readonly filled: Filled;
  /** Outcomes of chains, by the packet that entered; undefined while a chain is being walked. */
  readonly done: Map<string, Outcome | undefined>;
  /** How many different packets entered a chain. */
  readonly entries: Map<string, number>;
  readonly path: string[];
  readonly fills: Map<string, readonly string[]>;
  readonly writers: Set<string>;
  /** The packet where something accepts it. */
  leaves: Packet | undefined;
};

/** The first ending of each verdict that the packet may come to, and the packet as it may come back out of the chain. */
type Outcome = { readonly endings: ReadonlyMap<Verdict, Ending>; readonly returns: Packet | undefined };

function walkChain(walk: Walk, name: string, entering: Packet, depth: number): Outcome {
  const endings = new Map<Verdict, Ending>();
  let packet = entering;
  let returns: Packet | undefined;
  const key = `${name}\n${packetKey(entering)}`;
  walk.done.set(key, undefined);
  walk.entries.set(name, (walk.entries.get(name) ?? 0) + 1);
  const end = (outcome: Outcome) => {
    walk.done.set(key, outcome);
    return outcome;
  };
  const rules = walk.chains.get(name)?.rules ?? [];
  for (let at = 0; at < rules.length; at += 1) {
    const text = rules[at]?.text ?? '';
    const rule = readRule(walk.known, text);
    const met = rule === undefined ? 'unknown' : meetsRule(packet, rule);
    const writers = rule === undefined || (met === 'no' && !isWritten(packet)) ? [] : writersOfRule(walk, rule, packet);
    if (met === 'no') continue;
    const effect = effectOf(walk, { rule, writers, packet, place: { chain: name, position: at + 1, text } }, depth);
    for (const ending of effect.endings.values()) addEnding(endings, ending);
    returns = joinPackets(returns, effect.leaves);
    if (met === 'yes') {
      if (effect.continues === undefined) return end({ endings, returns });
      packet = effect.continues;
    } else packet = joinPackets(packet, effect.continues) ?? packet;
  }
  return end({ endings, returns: joinPackets(returns, packet) });
}

/** What a rule may do to a packet that it matches: end its way, send it back to the caller of the chain, let it go on. */
type Effect = {
  readonly endings: ReadonlyMap<Verdict, Ending>;
  readonly leaves?: Packet;
  readonly continues?: Packet | undefined;
};

/** A rule that a packet meets, or may meet. */
type Meeting = {
  readonly rule: SplitRule | undefined;
  readonly writers: readonly string[];
  readonly packet: Packet;
  readonly place: Omit<Ending, 'verdict'>;
};

function effectOf(walk: Walk, { rule, writers, packet: met, place }: Meeting, depth: number): Effect {
  const named = `${walk.table.name} ${place.chain}: ${place.text}`;
  const packet = rule?.matches.some(takesMark) === true ? { ...met, mark: forgetBits(met.mark, named) } : met;
  const kind = rule === undefined ? 'unknown' : kindOf(walk, rule.target, packet);
  for (const name of rule === undefined ? [] : filledBy(rule.matches, rule.target)) {
    walk.fills.set(name, [...new Set([...(walk.fills.get(name) ?? []), named])]);
  }
  if (kind === 'none') return { endings: NO_ENDINGS, continues: packet };
  walk.path.push([`${place.chain} ${place.text}`, ...writers].join(' after '));
  const target = rule?.target;
  const written = target === undefined || kind === 'chain' ? packet : rewrite(packet, target, named);
  if (kind === 'pass') return { endings: NO_ENDINGS, continues: written };
  if (kind === 'return') return { endings: NO_ENDINGS, leaves: packet };
  const end = (verdict: Verdict): Effect => ({
    endings: new Map([[verdict, { verdict, ...place }]]),
    ...(verdict === 'unknown' ? { continues: written } : {}),
  });
  if (kind === 'accept') walk.leaves = joinPackets(walk.leaves, packet);
  if (kind !== 'chain' || target === undefined) return end(kind === 'chain' ? 'unknown' : kind);
  const outcome = outcomeOf(walk, target.name, packet, depth + 1);
  if (outcome === undefined) return end('unknown');
  const { endings, returns } = outcome;
  if (returns === undefined) return { endings };
  return target.kind === 'goto' ? { endings, leaves: returns } : { endings, continues: returns };
}

const NO_ENDINGS: ReadonlyMap<Verdict, Ending> = new Map();

/** The rules on which the answers of a rule may depend. */
function writersOfRule({ writers, filled }: Walk, { matches }: SplitRule, packet: Packet): readonly string[] {
  const found = [...new Set(matches.flatMap((match) => writersAsked(match, packet, filled)))];
  for (const rule of found) writers.add(rule);
  return found;
}

function isWritten({ mark, connectionMark }: Packet): boolean {
  return mark.written.length > 0 || connectionMark.written.length > 0;
}

function outcomeOf(walk: Walk, chain: string, packet: Packet, depth: number): Outcome | undefined {
  const key = `${chain}\n${packetKey(packet)}`;
  if (walk.done.has(key)) return walk.done.get(key);
  return depth > DEEPEST || (walk.entries.get(chain) ?? 0) >= MOST_ENTRIES
    ? undefined
    : walkChain(walk, chain, packet, depth);
}

function kindOf(
  { table, chains }: Walk,
  target: Target | undefined,
  packet: Packet,
): ReturnType<typeof targetKind> | 'chain' {
  if (target === undefined) return 'none';
  const kind = targetKind(target, packet);
  if (!chains.has(target.name) || isBuiltin(table.name, target.name)) return kind;
  // A chain that is called like a target: which of the two a rule means depends on the version of iptables.
  return kind === 'unknown' ? 'chain' : 'unknown';
}

function readRule(known: KnownRules, text: string): SplitRule | undefined {
  if (!known.has(text)) known.set(text, splitRule(text));
  return known.get(text);
}

function meetsRule(packet: Packet, rule: SplitRule): Answer {
  let met: Answer = 'yes';
  for (const match of rule.matches) {
    met = both(met, meets(packet, match));
    if (met === 'no') return isPairAtOnce(rule.matches, packet) ? 'unknown' : 'no';
  }
  return met;
}

function addEnding(endings: Map<Verdict, Ending>, ending: Ending): void {
  if (!endings.has(ending.verdict)) endings.set(ending.verdict, ending);
}
