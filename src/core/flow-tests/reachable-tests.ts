import type { PlannedExpectation, PlannedFlow, PlannedTest, Promises } from '../desired/types.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { printFlow } from '../packets/flow/print-flow.ts';
import type { FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Path } from '../packets/types/traffic.ts';
import { isLoopbackOnly, LINK_LOCAL, neighbourFlows } from './neighbour-flows.ts';

const ANSWERS: Readonly<Record<Path, Path>> = { INPUT: 'OUTPUT', FORWARD: 'FORWARD', OUTPUT: 'INPUT' };

/** The tests of a plan, and behind them what each flow that must get through asks. */
export function testsOf({ tests = [], reachable = [] }: Promises): readonly PlannedTest[] {
  return [...tests, ...reachable.map(reachableTest)];
}

/** Connections begin, those that run go on, so do their answers, and neighbour discovery finds the next hop. */
function reachableTest({ name, namespaces, path, flow, origin }: PlannedFlow): PlannedTest {
  const parsed = parseFlow(flow);
  const allow = (part: NonNullable<PlannedExpectation['part']>, way: Path, text: string) =>
    ({ kind: 'allow', part, path: way, flow: text, origin }) as const;
  const more =
    'flow' in parsed && parsed.flow.states === undefined
      ? [
          allow('goes on', path, printFlow({ ...parsed.flow, states: { not: false, items: ['ESTABLISHED'] } })),
          allow('answers', ANSWERS[path], printFlow(answerOf(parsed.flow, ANSWERS[path]))),
          ...neighboursOf(parsed.flow, path).map(
            (one) => ({ ...one, kind: 'allow-if', part: 'neighbours', origin }) as const,
          ),
        ]
      : [];
  return {
    name: name ?? 'must get through',
    namespaces,
    origin,
    expectations: [allow('begins', path, flow), ...more],
  };
}

/**
 * Every neighbour speaks from its link-local address, a router always and another host when it probes. Some answer of a limit, or of the match that asks for a hop limit of 255, is enough. Of flows
 * through this host it is not known whether it forwards them as a router: a bridge has no neighbours.
 */
function neighboursOf(flow: FlowPattern, path: Path) {
  if (path === 'FORWARD' || !flow.families.includes('ipv6') || isLoopbackOnly(flow)) return [];
  const end = path === 'INPUT' ? { own: flow.destination, link: flow.input } : { own: flow.source, link: flow.output };
  return neighbourFlows({ not: false, items: [LINK_LOCAL] }, end).map((one) => ({
    path: one.path,
    flow: printFlow(one.flow),
  }));
}

/** The packets that come back. Of which type an answer of ICMP is, the flow does not tell. */
function answerOf(flow: FlowPattern, path: Path): FlowPattern {
  const { families, protocols, source, destination, sourcePorts, destinationPorts, input, output } = flow;
  return {
    families,
    ...(flow.path === undefined ? {} : { path }),
    ...(protocols === undefined ? {} : { protocols }),
    ...(destination === undefined ? {} : { source: destination }),
    ...(source === undefined ? {} : { destination: source }),
    ...(destinationPorts === undefined ? {} : { sourcePorts: destinationPorts }),
    ...(sourcePorts === undefined ? {} : { destinationPorts: sourcePorts }),
    ...(output === undefined ? {} : { input: output }),
    ...(input === undefined ? {} : { output: input }),
    states: { not: false, items: ['ESTABLISHED'] },
  };
}
