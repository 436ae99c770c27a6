import { type TargetKind, targetRow } from '../extensions/targets.ts';
import { LIMITS } from '../limits.ts';
import { type SplitRule, splitRule, type Target } from '../rule-text/split-rule.ts';
import { isBuiltin } from '../rules/builtin.ts';
import type { Chain, Table } from '../rules/types.ts';
import { type Answer, both } from './answer.ts';
import { meets } from './meets.ts';
import type { Packet } from './packet.ts';

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
  /** Every rule that the packet meets or may meet, with its chain, and the policy. Two tables of equal path treat the packet alike. */
  readonly path: readonly string[];
};

/** Rules already read, by text. */
export type KnownRules = Map<string, SplitRule | undefined>;

const DEEPEST = LIMITS.evaluationDepth.most;

/**
 * What becomes of a packet that enters a built-in chain, by the rules' texts. `accept` and `drop` are proven: they hold whatever
 * the matches say that are not understood. Each rule is looked at once, however often its chain is entered.
 */
export function evaluate(table: Table, chain: string, packet: Packet, known: KnownRules = new Map()): Evaluation {
  const chains = new Map(table.chains.map((one) => [one.name, one]));
  const walk: Walk = { table, chains, packet, known, done: new Map(), path: [] };
  const { endings, returns } = walkChain(walk, chain, 0);
  const policy = chains.get(chain)?.policy ?? 'ACCEPT';
  const all = new Map(endings);
  if (returns) {
    walk.path.push(`${chain} policy ${policy}`);
    addEnding(all, { verdict: policy === 'ACCEPT' ? 'accept' : 'drop', chain, text: policy });
  }
  return { ...judge([...all.values()], { verdict: 'unknown', chain, text: policy }), path: walk.path };
}

function judge(endings: readonly Ending[], none: Ending): Omit<Evaluation, 'path'> {
  const hope = endings.find((ending) => ending.verdict === 'accept');
  const ending = endings.find((candidate) => candidate.verdict !== 'accept') ?? hope ?? none;
  if (endings.length <= 1) return { verdict: ending.verdict, ending };
  return { verdict: 'unknown', ending, ...(hope === undefined ? {} : { hope }) };
}

type Walk = {
  readonly table: Table;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly packet: Packet;
  readonly known: KnownRules;
  /** Outcomes of chains; undefined while a chain is being walked. */
  readonly done: Map<string, Outcome | undefined>;
  readonly path: string[];
};

/** The first ending of each verdict that the packet may come to, and whether it may come back out of the chain. */
type Outcome = { readonly endings: ReadonlyMap<Verdict, Ending>; readonly returns: boolean };

function walkChain(walk: Walk, name: string, depth: number): Outcome {
  const endings = new Map<Verdict, Ending>();
  let returns = false;
  walk.done.set(name, undefined);
  const rules = walk.chains.get(name)?.rules ?? [];
  for (let at = 0; at < rules.length; at += 1) {
    const text = rules[at]?.text ?? '';
    const rule = readRule(walk.known, text);
    const met = rule === undefined ? 'unknown' : meetsRule(walk.packet, rule);
    if (met === 'no') continue;
    const effect = effectOf(walk, rule, { chain: name, position: at + 1, text }, depth);
    if (effect === 'pass') continue;
    for (const ending of effect.endings.values()) addEnding(endings, ending);
    returns ||= effect.leaves;
    if (met === 'yes' && !effect.continues) {
      const outcome = { endings, returns };
      walk.done.set(name, outcome);
      return outcome;
    }
  }
  const outcome = { endings, returns: true };
  walk.done.set(name, outcome);
  return outcome;
}

/** What a rule may do to a packet that it matches: end its way, send it back to the caller of the chain, let it go on. */
type Effect = { readonly endings: ReadonlyMap<Verdict, Ending>; readonly leaves: boolean; readonly continues: boolean };

function effectOf(
  walk: Walk,
  rule: SplitRule | undefined,
  place: Omit<Ending, 'verdict'>,
  depth: number,
): Effect | 'pass' {
  const end = (verdict: Verdict): Effect => ({
    endings: new Map([[verdict, { verdict, ...place }]]),
    leaves: false,
    continues: verdict === 'unknown',
  });
  const kind = rule === undefined ? 'unknown' : kindOf(walk, rule.target);
  if (kind === 'none') return 'pass';
  walk.path.push(`${place.chain} ${place.text}`);
  if (kind === 'pass') return 'pass';
  if (kind === 'return') return { endings: new Map(), leaves: true, continues: false };
  if (kind !== 'chain' || rule?.target === undefined) return end(kind === 'chain' ? 'unknown' : kind);
  const outcome = outcomeOf(walk, rule.target.name, depth + 1);
  if (outcome === undefined) return end('unknown');
  const isGoto = rule.target.kind === 'goto';
  return { endings: outcome.endings, leaves: isGoto && outcome.returns, continues: !isGoto && outcome.returns };
}

function outcomeOf(walk: Walk, chain: string, depth: number): Outcome | undefined {
  if (walk.done.has(chain)) return walk.done.get(chain);
  return depth > DEEPEST ? undefined : walkChain(walk, chain, depth);
}

function kindOf({ table, chains }: Walk, target: Target | undefined): ReturnType<typeof targetKind> | 'chain' {
  if (target === undefined) return 'none';
  const kind = targetKind(target);
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
    if (met === 'no') return 'no';
  }
  return met;
}

function addEnding(endings: Map<Verdict, Ending>, ending: Ending): void {
  if (!endings.has(ending.verdict)) endings.set(ending.verdict, ending);
}

/** Everything that sends the packet elsewhere (DNAT, REDIRECT, NFQUEUE, ...) or takes it from conntrack is unknown. */
function targetKind({ name, options }: Target): TargetKind {
  if (name === 'CT' && options.some((option) => option === '--notrack' || option.startsWith('--zone')))
    return 'unknown';
  return targetRow(name).does ?? 'unknown';
}
