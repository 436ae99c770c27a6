import { NodeLimit } from '../diagram/node-limit.ts';
import type { Side } from '../side/side.ts';
import type { Way } from '../side/way.ts';
import type { Firewall } from '../types/firewall.ts';
import {
  CONNECTIONS,
  type Connections,
  type Outcome,
  PATHS,
  type Path,
  type PathTraffic,
  type Region,
} from '../types/traffic.ts';
import { wayOfSides } from '../way/path-model.ts';
import { type ChangedPath, changedDeciders } from './compare-path.ts';
import { type Comparison, comparisonOf } from './comparison.ts';
import { outcomeOf, placeOf, printSet } from './print-set.ts';
import type { ChangedPackets } from './regions.ts';

/**
 * What a change of rules does to packets: for each path, for the first packets of connections and for those of running ones, which change their
 * verdict or their translation, by which changed rule. `nodes` bounds the work for each path and kind of connections; what needs more is answered
 * with "at most", the same on every machine.
 */
export function compareTraffic(
  before: Firewall,
  after: Firewall,
  { nodes }: { readonly nodes: number },
): readonly PathTraffic[] {
  const { family } = before;
  if (isEqual(before, after)) {
    return PATHS.flatMap((path) => CONNECTIONS.map((connections) => ({ family, path, connections, ...SILENCE })));
  }
  return trafficBetween(comparisonOf(before, after, nodes));
}

/** The same of two firewalls of which more is asked. */
export function trafficBetween(comparison: Comparison): readonly PathTraffic[] {
  const { nodes, before } = comparison;
  const { family } = before.firewall;
  return PATHS.flatMap((path) =>
    CONNECTIONS.map((connections) => ({ family, path, connections, ...judge(comparison, path, connections, nodes) })),
  );
}

type Judged = Omit<PathTraffic, 'family' | 'path' | 'connections'>;

const SILENCE: Judged = { claim: { kind: 'exact' }, regions: [], questions: [], noEffect: true };

function notJudged(because: string): Judged {
  return { ...SILENCE, claim: { kind: 'not-judged', because }, noEffect: false, restUnchanged: false };
}

function judge(comparison: Comparison, path: Path, connections: Connections, nodes: number): Judged {
  const because = comparison.reason(path, connections);
  if (because !== undefined) return notJudged(because);
  const judged = comparison.isChanged(path) ? judgeChanged(comparison, path, connections, nodes) : SILENCE;
  return comparison.hasOtherEffect(path) ? { ...judged, noEffect: false, restUnchanged: false } : judged;
}

function judgeChanged(comparison: Comparison, path: Path, connections: Connections, nodes: number): Judged {
  const { before, after } = comparison;
  try {
    const found = comparison.compare(path, connections);
    if ('because' in found) return notJudged(found.because);
    const { labels } = comparison;
    comparison.allow();
    const regions = found.regions.map((region) => printRegion(found, region, connections, labels));
    const questions = [...new Set([...found.met].map(({ key, text }) => labels.get(key) ?? text))].sort();
    return {
      claim: { kind: 'exact' },
      regions,
      questions,
      noEffect: found.noEffect,
      restUnchanged: found.restUnchanged,
    };
  } catch (error) {
    if (!(error instanceof NodeLimit)) throw error;
    return {
      claim: { kind: 'at-most', nodes },
      regions: atMost(before, after, wayOfSides([before, after], path)),
      questions: [],
      noEffect: false,
    };
  }
}

function isEqual(before: Firewall, after: Firewall): boolean {
  const { tables, sets, settings } = after;
  if (before.family !== after.family || before.backend !== after.backend) return false;
  if (JSON.stringify(before.settings) !== JSON.stringify(settings)) return false;
  if (before.sets !== sets && JSON.stringify(before.sets) !== JSON.stringify(sets)) return false;
  return (
    before.tables === tables ||
    (before.tables.length === tables.length &&
      before.tables.every(({ name, chains }) => {
        const other = tables.find((table) => table.name === name);
        return (
          other?.chains.length === chains.length && chains.every((chain, at) => isEqualChain(chain, other.chains[at]))
        );
      }))
  );
}

type Chain = Firewall['tables'][number]['chains'][number];

function isEqualChain(one: Chain, other: Chain | undefined): boolean {
  return (
    other !== undefined &&
    one.name === other.name &&
    one.policy === other.policy &&
    one.rules.length === other.rules.length &&
    one.rules.every(({ text }, at) => text === other.rules[at]?.text)
  );
}

function printRegion(
  path: ChangedPath,
  region: ChangedPackets,
  connections: Connections,
  labels: ReadonlyMap<string, string>,
): Region {
  const { flows, more } = printSet(path, region.set, connections, labels);
  const { by, side } = region.cause;
  return {
    effect: region.effect,
    was: outcomeOf(region.was.verdict, region.wasBy),
    will: outcomeOf(region.will.verdict, region.willBy),
    rule: { ...placeOf(by), side },
    flows,
    more,
  };
}

/** Without the evaluation nothing is known but the changed rules and policies: each may change any packet. */
function atMost(before: Side, after: Side, way: Way): readonly Region[] {
  return [[before, 'before'] as const, [after, 'after'] as const].flatMap(([side, name]) =>
    changedDeciders(side, way).map((decider): Region => {
      const place = placeOf(decider);
      const outcome: Outcome = { verdict: 'unknown', by: place };
      return { effect: 'other', was: outcome, will: outcome, rule: { ...place, side: name }, flows: [{}], more: 0 };
    }),
  );
}
