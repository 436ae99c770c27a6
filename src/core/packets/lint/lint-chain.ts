import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import { placeOfRule, remembers, type SideChain, type SideRule } from '../side/side.ts';
import { causeOf, causesOf, verdictKey } from './causes.ts';
import { type Passing, type WalkedRule, walkChain } from './chain-walk.ts';
import { redundantRules } from './redundant.ts';
import { type TableSets, writesNothing } from './table-sets.ts';
import type { Cause, Finding, LintId } from './types.ts';

/** Questions whose answer is the same a moment later: not what other packets, programs or the time may change meanwhile. */
const STEADY: ReadonlySet<string> = new Set(
  (
    'addrtype ah bpf dccp devgroup dscp dst ecn esp eui64 frag hbh hl icmp icmp6 ipv6header length mac mh multiport physdev pkttype policy rt sctp srh ' +
    'string tcp tcpmss tos ttl u32 udp'
  ).split(' '),
);

export type LintedChain = {
  readonly findings: readonly Finding[];
  /** At most these packets come back from it. */
  readonly passing: number;
  /** The first rule of which nothing is said. */
  readonly unjudgedFrom?: number;
};

/** What is proved of the rules of one chain, wherever it is called from. `isShared`: rules of others may stand among them. */
export function lintChain(sets: TableSets, chain: SideChain, passing: Passing, isShared: boolean): LintedChain {
  const walked: WalkedRule[] = [];
  const findings: Finding[] = [];
  const alike = new Map<string, WalkedRule>();
  const add = (id: LintId, rule: SideRule, causes: readonly Cause[] = [], more = 0) =>
    findings.push({ id, place: placeOfRule(rule), causes, more });
  let done = 0;
  /** Index of the first rule that no packet gets to because of all before it. */
  let end: number | undefined;
  const see = (one: WalkedRule) => {
    if (end === undefined) {
      if (one.arriving === FALSE) {
        end = walked.length;
        const causes = causesOf(sets, TRUE, walked, undefined);
        if (causes !== undefined) add('FWL02', one.rule, causes, chain.rules.length - one.rule.number);
      } else judge(one);
    }
    walked.push(one);
    done = one.rule.number;
  };
  const judge = (one: WalkedRule) => {
    const { rule, arriving, met } = one;
    const key = `${rule.meaning}`;
    const twin = alike.get(key);
    if (twin === undefined) alike.set(key, one);
    if (met === FALSE) return add('FWL05', rule);
    if (sets.space.diagram.isDisjoint(arriving, met)) {
      const causes = causesOf(sets, met, walked, rule);
      if (causes === undefined) return undefined;
      const isTwin = twin !== undefined && causes.length === 1 && causes[0]?.number === twin.rule.number;
      return add(isTwin && isEnding(rule) ? 'FWL07' : 'FWL01', rule, causes);
    }
    if (twin === undefined || isShared || !isEnding(rule) || !isSteady(sets, rule)) return undefined;
    const between = walked.slice(walked.indexOf(twin));
    return between.every(({ written }) => writesNothing(written))
      ? add('FWL07', rule, [causeOf(twin.rule, rule)])
      : undefined;
  };
  try {
    const back = walkChain(sets, chain, passing, isShared, see);
    if (!isShared) {
      const known = new Set(findings.map(({ place }) => place.number));
      for (const { rule, causes } of redundantRules(sets, walked.slice(0, end))) {
        // A rule that is told for itself goes first: of two equal ones the second, and one that is shadowed before what it would do.
        if (![rule, ...causes].some(({ number = 0 }) => known.has(number))) add('FWL03', rule, causes);
      }
    }
    return { findings: inOrder(findings), passing: back };
  } catch (error) {
    if (!(error instanceof NodeLimit)) throw error;
    return { findings: inOrder(findings), passing: TRUE, unjudgedFrom: done === chain.rules.length ? 1 : done + 1 };
  }
}

function isEnding({ rule: { action } }: SideRule): boolean {
  return verdictKey(action) !== undefined;
}

function isSteady(sets: TableSets, rule: SideRule): boolean {
  if (remembers(rule.rule)) return false;
  return sets.questionsOf(rule).every(({ text }) => STEADY.has(text.split(' ')[0] ?? ''));
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => (a.place.number ?? 0) - (b.place.number ?? 0));
}
