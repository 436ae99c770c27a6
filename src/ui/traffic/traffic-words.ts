import type {
  Claim,
  Connections,
  Flow,
  Outcome,
  Path,
  PathTraffic,
  Region,
  RulePlace,
  Supposition,
  Traffic,
} from '../../core/packets/types/traffic.ts';
import type { Family } from '../../core/rules/types.ts';
import { quantity } from '../text/quantity.ts';
import { flowText } from './flow-text.ts';

/** The words of traffic, the same in every format. None of them is cleaned: rules, interfaces and questions are text of others. */

export const PATH_WORDS: Readonly<Record<Path, string>> = {
  INPUT: 'to this host',
  FORWARD: 'through this host',
  OUTPUT: 'from this host',
};

export const CONNECTION_WORDS: Readonly<Record<Connections, string>> = {
  new: 'new connections',
  running: 'running connections',
};

export const FAMILY_WORDS: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

export const SUPPOSITION_WORDS: Readonly<Record<Supposition, string>> = {
  'only-declared':
    'Supposing that the tables hold what is declared and nothing else, and that policies are ACCEPT where none is declared.',
  'other-backend-gone':
    'Supposing that the rules of the other backend are removed afterwards: until then packets meet both.',
  'untouched-as-declared':
    'Supposing that the tables which the plan leaves alone hold what is declared and nothing else: a saved plan knows no more of them. An apply reads all of them.',
};

/** What is said of the packets of a path: proved silence has words, too. */
export function claimWords(claim: Claim, hasRegions: boolean): string {
  switch (claim.kind) {
    case 'exact':
      return hasRegions ? 'exactly these change' : 'no change, proved';
    case 'at-most':
      return `at most these change (${claim.nodes.toLocaleString('en-US')} nodes reached)`;
    case 'not-judged':
      return `not judged, because ${claim.because}`;
    default:
      return claim satisfies never;
  }
}

const VERDICTS: Readonly<Record<Outcome['verdict'], string>> = {
  accept: 'ACCEPT',
  drop: 'DROP',
  reject: 'REJECT',
  queue: 'handed to a queue',
  unknown: 'not known',
};

/** `ACCEPT by filter FORWARD 1 and 2 others, sent to 10.0.0.5:8443` */
export function outcomeText({ verdict, detail, to, from, by, others = 0 }: Outcome): string {
  const also = others === 0 ? '' : ` and ${quantity(others, 'other')}`;
  return [
    `${VERDICTS[verdict]}${detail === undefined ? '' : ` (${detail})`} by ${placeText(by)}${also}`,
    ...(to === undefined ? [] : [`sent to ${to}`]),
    ...(from === undefined ? [] : [`coming from ${from}`]),
  ].join(', ');
}

/** `filter fw-INPUT 3`, `policy of filter INPUT`. */
export function placeText({ table, chain, number }: RulePlace): string {
  return number === undefined ? `policy of ${table} ${chain}` : `${table} ${chain} ${number}`;
}

/** Whether the rule that changed is the one that decides now. */
export function isDecidedByCause({ rule, will }: Region): boolean {
  return rule.side === 'after' && placeText(rule) === placeText(will.by);
}

/** Of packets that a changed rule decides about only that is known, where the limit was reached. */
export function isWhateverMeets({ rule, was, will }: Region): boolean {
  const isUnknown = was.verdict === 'unknown' && will.verdict === 'unknown';
  return isUnknown && placeText(was.by) === placeText(rule) && placeText(will.by) === placeText(rule);
}

/** One set of packets of a region. */
export function setText(region: Region, flow: Flow, shown?: number): string {
  return isWhateverMeets(region) ? `what meets ${placeText(region.rule)}` : flowText(flow, shown);
}

/** What becomes of the packets of a region, for the line below them. */
export function changeText(region: Region): string {
  return isWhateverMeets(region)
    ? 'what becomes of them is not known'
    : `${outcomeText(region.was)} -> ${outcomeText(region.will)}`;
}

/** Sets of packets that are not listed. Where some of them were not made out there may be more. */
export function moreText(count: number, isLeast: boolean): string {
  return `and ${isLeast ? 'at least ' : ''}${quantity(count, 'more set', 'more sets')} of packets`;
}

/** Which change it comes from. */
export function causeText({ rule }: Region): string {
  return rule.side === 'after' ? `because of ${placeText(rule)}` : `because ${placeText(rule)} is there no more`;
}

/** Where the change was written; where it only takes something away, where the rule was written that decides now. */
export function regionOrigin({ rule, will }: Region): string | undefined {
  return rule.origin ?? (rule.side === 'before' ? will.by.origin : undefined);
}

export type TrafficSums = {
  readonly opened: number;
  readonly closed: number;
  readonly other: number;
  /** Paths of which at most so much is said, and those of which nothing is. */
  readonly atMost: number;
  readonly notJudged: number;
  readonly paths: number;
};

export function sumTraffic(all: readonly Traffic[]): TrafficSums {
  const paths = all.flatMap((one) => one.paths);
  const regions = paths.flatMap((path) => path.regions);
  const count = (effect: Region['effect']) => regions.filter((region) => region.effect === effect).length;
  const claims = (kind: Claim['kind']) => paths.filter(({ claim }) => claim.kind === kind).length;
  return {
    opened: count('opened'),
    closed: count('closed'),
    other: count('other'),
    atMost: claims('at-most'),
    notJudged: claims('not-judged'),
    paths: paths.length,
  };
}

/** The whole in a sentence. Nothing to say is said where it is proved, and only there. */
export function trafficSentence(all: readonly Traffic[]): string {
  const { opened, closed, other, atMost, notJudged, paths } = sumTraffic(all);
  const isSilent = opened + closed + other === 0;
  if (isSilent && atMost + notJudged === 0) return 'Traffic: no new or running connection changes (proved).';
  const limits = [
    ...(atMost === 0 ? [] : [`of ${atMost} of ${quantity(paths, 'path')} only the most is known`]),
    ...(notJudged === 0 ? [] : [`${notJudged} of ${quantity(paths, 'path')} not judged`]),
  ];
  const counts = isSilent ? [] : [`${opened} opened, ${closed} closed, ${other} other`];
  return `Traffic: ${[...counts, ...limits].join('; ')}.`;
}

/** What belongs to the sentence: open questions, each once, and what nothing is said of. */
export function trafficRemarks(all: readonly Traffic[]): readonly string[] {
  const questions = new Set(all.flatMap(({ paths }) => paths.flatMap((path) => path.questions)));
  const tables = new Set(all.flatMap(({ notLookedAt = [] }) => notLookedAt));
  return [
    ...(questions.size === 0 ? [] : [`Open questions, with one answer on both sides: ${[...questions].join(', ')}.`]),
    ...(tables.size === 0 ? [] : [`Not looked at: ${[...tables].map((table) => `table ${table}`).join(', ')}.`]),
  ];
}

/** What the namespaces of some traffic suppose, each once. */
export function suppositions(all: readonly Traffic[]): readonly string[] {
  return [...new Set(all.flatMap(({ supposing }) => supposing ?? []))].map((one) => SUPPOSITION_WORDS[one]);
}

/** `IPv4, new connections to this host` */
export function pathTitle({ family, path, connections }: Pick<PathTraffic, 'family' | 'path' | 'connections'>): string {
  return `${FAMILY_WORDS[family]}, ${CONNECTION_WORDS[connections]} ${PATH_WORDS[path]}`;
}
