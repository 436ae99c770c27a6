import { NodeLimit } from '../diagram/node-limit.ts';
import type { Firewall } from '../types/firewall.ts';
import type { Connections, Outcome, Path, PathTraffic, Region } from '../types/traffic.ts';
import { makeGround, usesConntrack, wayOfSides } from '../way/path-model.ts';
import { RuleReader } from '../way/rule-reader.ts';
import { markChanges, type Side } from '../way/side.ts';
import type { Way } from '../way/way.ts';
import { anyChange, type ChangedPath, changedDeciders, PathComparison } from './compare-path.ts';
import { leftOnConnections } from './left-on-connections.ts';
import { outcomeOf, placeOf, printSet, questionLabels } from './print-set.ts';
import type { ChangedPackets } from './regions.ts';

const PATHS: readonly Path[] = ['INPUT', 'FORWARD', 'OUTPUT'];
const CONNECTIONS: readonly Connections[] = ['new', 'running'];

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
  const reader = new RuleReader([before, after]);
  const [was, will] = [reader.read(before), reader.read(after)];
  markChanges(was, will);
  const ground = makeGround([was, will], PATHS);
  return PATHS.flatMap((path) => {
    const way = wayOfSides([was, will], path);
    const isChanged = anyChange(was, will, way) !== undefined;
    const left = leftOnConnections(was, will, way);
    const comparison = ground === undefined ? undefined : new PathComparison(ground, was, will, path, nodes);
    return CONNECTIONS.map((connections) => {
      if (connections === 'running' && left !== undefined) {
        return { family, path, connections, ...notJudged(left) };
      }
      const judged = isChanged ? judge(comparison, was, will, path, connections, nodes) : SILENCE;
      return { family, path, connections, ...judged };
    });
  });
}

type Judged = Omit<PathTraffic, 'family' | 'path' | 'connections'>;

const SILENCE: Judged = { claim: { kind: 'exact' }, regions: [], questions: [], noEffect: true };

function notJudged(because: string): Judged {
  return { ...SILENCE, claim: { kind: 'not-judged', because }, noEffect: false, restUnchanged: false };
}

function judge(
  comparison: PathComparison | undefined,
  before: Side,
  after: Side,
  path: Path,
  connections: Connections,
  nodes: number,
): Judged {
  if (comparison === undefined) return notJudged('chains call each other in a circle');
  try {
    const found = comparison.compare(connections);
    if ('because' in found) return notJudged(found.because);
    const turn = connections === 'running' ? turnOfTracking(before, after) : undefined;
    if (turn !== undefined) {
      // Conntrack takes a connection that it did not see begin for a new or an invalid one, and one that it follows no longer is not translated.
      const isAlike = turn === 'begins' ? !comparison.changesUnseen() : !translates(before);
      if (!isAlike || (turn === 'begins' && found.regions.length > 0)) {
        return notJudged(`the kernel ${turn} to track connections with this change`);
      }
    }
    const labels = questionLabels([before, after]);
    const regions = found.regions.map((region) => printRegion(found, region, connections, labels));
    const questions = [...new Set([...found.met].map(({ key, text }) => labels.get(key) ?? text))].sort();
    return {
      claim: { kind: 'exact' },
      regions,
      questions,
      noEffect: found.noEffect && turn === undefined,
      restUnchanged: found.restUnchanged && turn === undefined,
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

function turnOfTracking(before: Side, after: Side): 'begins' | 'ceases' | undefined {
  const [was, will] = [usesConntrack(before), usesConntrack(after)];
  if (was === will) return undefined;
  return will ? 'begins' : 'ceases';
}

function translates({ tables }: Side): boolean {
  return [...(tables.get('nat')?.values() ?? [])].some(({ rules }) => rules.length > 0);
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
