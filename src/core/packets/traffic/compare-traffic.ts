import { NodeLimit } from '../diagram/node-limit.ts';
import { coverOf } from '../space/cover.ts';
import { printBox } from '../space/print-box.ts';
import type { Space } from '../space/space.ts';
import type { Firewall } from '../types/firewall.ts';
import type { Connections, Flow, Outcome, Path, PathTraffic, Region, RulePlace } from '../types/traffic.ts';
import type { Verdict } from '../way/outcomes.ts';
import { markChanges, placeOfPolicy, placeOfRule, RuleReader, type Side } from '../way/side.ts';
import type { Decider } from './attribute.ts';
import { anyChange, type ChangedPath, changedRules, comparePath } from './compare-path.ts';
import type { ChangedPackets } from './regions.ts';

const PATHS: readonly Path[] = ['INPUT', 'FORWARD', 'OUTPUT'];
const CONNECTIONS: readonly Connections[] = ['new', 'running'];
/** Flows of a region that are listed; of the others there is a count. */
const MOST_FLOWS = 20;

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
  const kinds = PATHS.flatMap((path) => CONNECTIONS.map((connections) => ({ path, connections })));
  const { family } = before;
  if (isEqual(before, after)) return kinds.map((kind) => ({ family, ...kind, ...SILENCE }));
  const reader = new RuleReader();
  const [was, will] = [reader.read(before), reader.read(after)];
  markChanges(was, will);
  return kinds.map(({ path, connections }) => {
    const found = anyChange(was, will, path);
    const judged = found === undefined ? SILENCE : judge(was, will, path, connections, nodes);
    return { family, path, connections, ...judged };
  });
}

type Judged = Omit<PathTraffic, 'family' | 'path' | 'connections'>;

const SILENCE: Judged = { claim: { kind: 'exact' }, regions: [], questions: [], noEffect: true };

function judge(before: Side, after: Side, path: Path, connections: Connections, nodes: number): Judged {
  try {
    const found = comparePath(before, after, path, connections, nodes);
    if ('because' in found) {
      return { ...SILENCE, claim: { kind: 'not-judged', because: found.because }, noEffect: false };
    }
    const labels = questionLabels(before, after);
    const regions = found.regions.map((region) => printRegion(found, region, connections, labels));
    const questions = [...new Set([...found.met].map(({ key, text }) => labels.get(key) ?? text))].sort();
    return { claim: { kind: 'exact' }, regions, questions, noEffect: found.noEffect };
  } catch (error) {
    if (!(error instanceof NodeLimit)) throw error;
    return { claim: { kind: 'at-most', nodes }, regions: atMost(before, after, path), questions: [], noEffect: false };
  }
}

function isEqual(before: Firewall, after: Firewall): boolean {
  if (before.family !== after.family || before.backend !== after.backend) return false;
  if (before.tables === after.tables && before.sets === after.sets) return true;
  return JSON.stringify([before.sets, before.settings]) === JSON.stringify([after.sets, after.settings])
    ? before.tables.length === after.tables.length &&
        before.tables.every(({ name, chains }) => {
          const other = after.tables.find((table) => table.name === name);
          return (
            other?.chains.length === chains.length && chains.every((chain, at) => isEqualChain(chain, other.chains[at]))
          );
        })
    : false;
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
  { space, scope }: ChangedPath,
  region: ChangedPackets,
  connections: Connections,
  labels: ReadonlyMap<string, string>,
): Region {
  const { flows, more } = printFlows(space, scope, region.set, connections, labels);
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

/** Where all packets of a set begin a connection, those that conntrack calls INVALID are not spoken of. */
function printFlows(
  space: Space,
  scope: number,
  set: number,
  connections: Connections,
  labels: ReadonlyMap<string, string>,
): { readonly flows: readonly Flow[]; readonly more: number } {
  const { diagram } = space;
  const illegal = diagram.not(scope);
  const invalid = connections === 'new' ? invalidState(space) : 0;
  const free = diagram.isDisjoint(set, invalid) ? diagram.or(illegal, invalid) : illegal;
  const cover = coverOf(space, set, free, MOST_FLOWS);
  const flows = cover.boxes.map((box) => printBox(space, box, ({ key, text }) => labels.get(key) ?? text));
  return { flows, more: cover.isWhole ? 0 : 1 };
}

/** Questions that remember packets, named by their rule: two rules `limit 5/sec` have two buckets. */
function questionLabels(before: Side, after: Side): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const side of [before, after]) {
    for (const chains of side.tables.values()) {
      for (const { rules } of chains.values()) {
        for (const { rule, chain, number } of rules) {
          for (const condition of rule.conditions) {
            if (condition.kind !== 'question' || !condition.remembers) continue;
            labels.set(condition.key, `${condition.text} of ${chain.table} ${chain.name} ${number}`);
          }
        }
      }
    }
  }
  return labels;
}

function invalidState(space: Space): number {
  return space.among(space.place('state'), 5, [3, 3], 1, 0);
}

function outcomeOf(verdict: Verdict, [first, ...others]: readonly Decider[]): Outcome {
  if (first === undefined) throw new Error('a packet that no rule and no policy decides about');
  return { ...verdict, by: placeOf(first), ...(others.length === 0 ? {} : { others: others.length }) };
}

function placeOf(decider: Decider): RulePlace {
  return 'changed' in decider ? placeOfRule(decider) : placeOfPolicy(decider);
}

/** Without the evaluation nothing is known but the changed rules. */
function atMost(before: Side, after: Side, path: Path): readonly Region[] {
  const rules = [before, after].flatMap((side, at) =>
    changedRules(side, path).map((rule) => ({ rule, side: at === 0 ? ('before' as const) : ('after' as const) })),
  );
  return rules
    .filter(({ rule }) => rule.rule.action.kind !== 'continue')
    .map(({ rule, side }) => {
      const place = placeOfRule(rule);
      const outcome: Outcome = { verdict: 'unknown', by: place };
      return { effect: 'other', was: outcome, will: outcome, rule: { ...place, side }, flows: [{}], more: 0 };
    });
}
