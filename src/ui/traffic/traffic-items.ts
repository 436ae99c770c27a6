import type { PathTraffic, Region, Traffic } from '../../core/packets/types/traffic.ts';
import { nameList } from '../text/name-list.ts';
import {
  causeText,
  changeText,
  claimWords,
  FAMILY_WORDS,
  isDecidedByCause,
  moreText,
  pathTitle,
  placeText,
  regionOrigin,
  setText,
} from './traffic-words.ts';

/** Flows of a region that an item names where nothing else is asked for. */
const FLOWS = 3;

/** One thing to say about traffic in formats that list things: a region, or a path of which less than the whole is said. Nothing of it is cleaned. */
export type TrafficItem = {
  readonly kind: Region['effect'] | 'at-most' | 'not-judged';
  /** `opens: IPv4, new connections to this host, in blue` */
  readonly title: string;
  readonly lines: readonly string[];
  readonly origin?: string;
  /** What it is about beside its title, without what changes when a rule moves. */
  readonly about: readonly string[];
};

const VERBS: Readonly<Record<Region['effect'], string>> = { opened: 'opens', closed: 'closes', other: 'changes' };

/** Regions first, in the order of the paths; then the weaker claims, each once with the paths that it is made of. */
export function trafficItems(all: readonly Traffic[], mostFlows = FLOWS): readonly TrafficItem[] {
  const regions = all.flatMap(({ namespaces, paths }) =>
    paths.flatMap((path) => path.regions.map((region) => regionItem(region, path, nameList(namespaces), mostFlows))),
  );
  return [...regions, ...all.flatMap(claimItems)];
}

function regionItem(region: Region, path: PathTraffic, names: string, mostFlows: number): TrafficItem {
  const { effect, flows, more, rule } = region;
  const shown = flows
    .slice(0, mostFlows)
    .map((flow) => setText(region, flow, mostFlows > FLOWS ? mostFlows : undefined));
  const left = flows.length - shown.length + more;
  const origin = regionOrigin(region);
  const most = path.claim.kind === 'at-most' ? 'at most, ' : '';
  return {
    kind: effect,
    title: `${VERBS[effect]} traffic: ${most}${pathTitle(path)}, in ${names}`,
    lines: [
      ...shown,
      ...(left === 0 ? [] : [moreText(left, more > 0)]),
      changeText(region),
      ...(isDecidedByCause(region) ? [] : [causeText(region)]),
    ],
    ...(origin === undefined ? {} : { origin }),
    about: [placeText({ ...rule, number: 0 }), rule.side, rule.text],
  };
}

function claimItems({ namespaces, paths }: Traffic): readonly TrafficItem[] {
  const weaker = new Map<string, PathTraffic[]>();
  for (const path of paths) {
    if (path.claim.kind === 'exact') continue;
    const key = JSON.stringify(path.claim);
    weaker.set(key, [...(weaker.get(key) ?? []), path]);
  }
  return [...weaker.values()].flatMap(([first, ...others]) => {
    if (first === undefined || first.claim.kind === 'exact') return [];
    const { kind } = first.claim;
    const families = [...new Set([first, ...others].map(({ family }) => FAMILY_WORDS[family]))].join(' and ');
    const where = others.length === 0 ? pathTitle(first) : `${families}, ${others.length + 1} paths`;
    const title = `traffic ${kind === 'at-most' ? 'judged in part' : 'not judged'}: ${where}, in ${nameList(namespaces)}`;
    return [{ kind, title, lines: [claimWords(first.claim, true)], about: [] }];
  });
}
