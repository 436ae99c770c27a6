import type { Expectation, PlannedExpectation, PlannedTest } from '../desired/types.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { CT_STATES } from '../packets/types/condition.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Among, FlowAddress, FlowPattern } from '../packets/types/flow-pattern.ts';
import {
  CONNECTIONS,
  type Connections,
  type FlowProof,
  type Outcome,
  type RulePlace,
} from '../packets/types/traffic.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { firewallKey } from '../traffic/firewall-key.ts';
import { examplePacket } from './example-packet.ts';
import type { Provers, TestedFirewall, TestOutcome, TestResult } from './types.ts';

type Options = { readonly provers: Provers; readonly nodes: number };

/** States in which the first packet of a connection, or one without a connection, comes; those of a running connection are the others. */
const OF_NEW: readonly string[] = ['NEW', 'INVALID', 'UNTRACKED'];

/**
 * What comes of every expectation in every namespace and family that it is about. It never fails: where a proof does, or where nothing is known, the
 * expectation is not judged, which is not the same as that it holds.
 */
export function judgeTests(
  tests: readonly PlannedTest[],
  firewalls: readonly TestedFirewall[],
  options: Options,
): readonly TestResult[] {
  const judge = judgeOnce(firewalls, options);
  return tests.flatMap((test, index) =>
    test.expectations.flatMap(({ origin, part, ...expectation }): readonly TestResult[] => {
      const about = {
        ...expectation,
        test: index + 1,
        ...(test.name === undefined ? {} : { name: test.name }),
        origin,
      };
      const found = test.namespaces
        .map(namespaceLabel)
        .flatMap((namespace) => judge({ ...expectation, part }, namespace));
      return joined(found).map((one) => ({ ...about, ...one }));
    }),
  );
}

/** What is asked of each firewall. */
type Asked = Omit<PlannedExpectation, 'origin' | 'part'> & { readonly part: PlannedExpectation['part'] };

type Judged = Pick<TestResult, 'families' | 'namespaces' | 'result'>;

/** Firewalls that are alike are judged once for each expectation. */
function judgeOnce(firewalls: readonly TestedFirewall[], options: Options) {
  const keys = new Map<TestedFirewall, string>();
  const known = new Map<string, TestOutcome>();
  const keyOf = (one: TestedFirewall) => {
    const key =
      keys.get(one) ??
      JSON.stringify([
        one.family,
        one.beginsTracking,
        'unknown' in one.firewall || firewallKey(one.firewall),
        [...one.setNames],
      ]);
    keys.set(one, key);
    return key;
  };
  return (expectation: Asked, namespace: string): readonly Judged[] => {
    const parsed = parseFlow(expectation.flow);
    const own = firewalls.filter((one) => one.namespace === namespace);
    if ('problems' in parsed || own.length === 0) {
      const because = own.length === 0 ? 'nothing is known of the rules of this namespace' : 'fw cannot read the flow';
      const families = 'flow' in parsed ? parsed.flow.families : [];
      return [{ families, namespaces: [namespace], result: { kind: 'not-judged', because } }];
    }
    return parsed.flow.families.map((family): Judged => {
      const one = own.find((candidate) => candidate.family === family);
      if (one === undefined) {
        const because = `nothing is known of the ${family === 'ipv4' ? 'IPv4' : 'IPv6'} rules of this namespace`;
        return { families: [family], namespaces: [namespace], result: { kind: 'not-judged', because } };
      }
      const key = [keyOf(one), expectation.kind, expectation.part, expectation.path, expectation.flow].join(' ');
      const result = known.get(key) ?? judgeOne(expectation, parsed.flow, one, options);
      known.set(key, result);
      return { families: [one.family], namespaces: [namespace], result: placed(result, one) };
    });
  };
}

function judgeOne(
  { kind, part, path }: Asked,
  flow: FlowPattern,
  { firewall, beginsTracking, family, setNames }: TestedFirewall,
  { provers, nodes }: Options,
): TestOutcome {
  if ('unknown' in firewall) return { kind: 'not-judged', because: firewall.unknown };
  const named = withSets({ ...flow, families: [family] }, setNames);
  const missing = setsOf(named).find((name) => !firewall.sets.some((set) => set.name === name));
  if (missing !== undefined) return { kind: 'not-judged', because: `what is in the set ${missing} is not known` };
  const questions = asked(kind, part, named, firewall);
  if (beginsTracking === true) questions.push(...askedOfUnseen(part, named, firewall));
  const judged = questions.map(({ prover, connections, about, rules }) =>
    outcomeOf(
      attempt(() => provers[prover](rules, path, connections, about, { nodes })),
      family,
      path,
    ),
  );
  const holding = judged.flatMap((one) => (one.kind === 'holds' ? one.by : []));
  return (
    judged.find((one) => one.kind === 'fails') ??
    judged.find((one) => one.kind !== 'holds') ?? { kind: 'holds', by: unique(holding) }
  );
}

type Question = {
  readonly prover: keyof Provers;
  readonly connections: Connections;
  readonly about: FlowPattern;
  readonly rules: Firewall;
};

/**
 * Without states, what is allowed is what begins a connection: NEW or, as neighbour discovery is, UNTRACKED, and of TCP the SYN; what is denied is
 * every packet that belongs to no connection.
 */
function asked(
  kind: Expectation['kind'],
  part: PlannedExpectation['part'],
  flow: FlowPattern,
  firewall: Firewall,
): Question[] {
  const prover = part === undefined ? kind : part === 'neighbours' ? 'found' : 'arrives';
  if (flow.states !== undefined) {
    const { not, items } = flow.states;
    const states = CT_STATES.filter((state) => items.includes(state) !== not);
    const parts = CONNECTIONS.filter((connections) =>
      states.some((state) => OF_NEW.includes(state) === (connections === 'new')),
    );
    return parts.map((connections) => ({ prover, connections, about: flow, rules: firewall }));
  }
  if (kind === 'deny') return [{ prover, connections: 'new', about: flow, rules: firewall }];
  const rules: Firewall = { ...firewall, settings: { ...firewall.settings, tcpLoose: false } };
  return [{ prover, connections: 'new', about: { ...flow, states: { not: true, items: ['INVALID'] } }, rules }];
}

/** A connection that runs while conntrack begins to look is asked about as what conntrack takes it for. */
function askedOfUnseen(part: PlannedExpectation['part'], flow: FlowPattern, firewall: Firewall): readonly Question[] {
  if (part !== 'goes on' && part !== 'answers') return [];
  const { states, ...about } = flow;
  const prover = part === 'goes on' ? 'unseen' : 'unseen answers';
  return [{ prover, connections: 'running', about, rules: firewall }];
}

function attempt(prove: () => FlowProof): FlowProof {
  try {
    return prove();
  } catch (error) {
    return {
      kind: 'not-judged',
      because: `the proof failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function outcomeOf(proof: FlowProof, family: TestedFirewall['family'], path: Expectation['path']): TestOutcome {
  if (proof.kind === 'not-judged') return proof;
  if (proof.kind === 'proved') return { kind: 'holds', by: proof.by };
  const { flows, more, outcome } = proof;
  const example = flows.map((flow) => examplePacket(flow, family, path)).find((one) => one !== undefined);
  return { kind: 'fails', flows, more, outcome, ...(example === undefined ? {} : { example }) };
}

function placed(result: TestOutcome, { find }: TestedFirewall): TestOutcome {
  const place = (rule: RulePlace): RulePlace => {
    const origin = rule.origin ?? find(rule);
    return origin === undefined ? rule : { ...rule, origin };
  };
  if (result.kind === 'holds') return { ...result, by: result.by.map(place) };
  if (result.kind === 'not-judged') return result;
  const outcome: Outcome = { ...result.outcome, by: place(result.outcome.by) };
  return { ...result, outcome };
}

/** Namespaces, and then families, of which the same came are told together. */
function joined(found: readonly Judged[]): readonly Judged[] {
  const byNamespace = group(
    found,
    ({ families, result }) => JSON.stringify([families, result]),
    (one, other) => ({
      ...one,
      namespaces: [...one.namespaces, ...other.namespaces],
    }),
  );
  return group(
    byNamespace,
    ({ namespaces, result }) => JSON.stringify([namespaces, result]),
    (one, other) => ({
      ...one,
      families: [...one.families, ...other.families],
    }),
  );
}

function group(
  items: readonly Judged[],
  keyOf: (item: Judged) => string,
  join: (one: Judged, other: Judged) => Judged,
): readonly Judged[] {
  const groups = new Map<string, Judged>();
  for (const item of items) {
    const known = groups.get(keyOf(item));
    groups.set(keyOf(item), known === undefined ? item : join(known, item));
  }
  return [...groups.values()];
}

function withSets(flow: FlowPattern, names: ReadonlyMap<string, string>): FlowPattern {
  const rename = (among: Among<FlowAddress>): Among<FlowAddress> => ({
    ...among,
    items: among.items.map((item) =>
      item.kind === 'set' ? { ...item, name: names.get(item.name) ?? item.name } : item,
    ),
  });
  const { source, destination } = flow;
  return {
    ...flow,
    ...(source === undefined ? {} : { source: rename(source) }),
    ...(destination === undefined ? {} : { destination: rename(destination) }),
  };
}

function setsOf({ source, destination }: FlowPattern): readonly string[] {
  return [source, destination]
    .flatMap((among) => among?.items ?? [])
    .flatMap((item) => (item.kind === 'set' ? [item.name] : []));
}

function unique(rules: readonly RulePlace[]): readonly RulePlace[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
