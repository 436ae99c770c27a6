import type { PlannedFlow, PlannedTest, Promises } from '../desired/types.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { printFlow } from '../packets/flow/print-flow.ts';
import type { FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Path } from '../packets/types/traffic.ts';

const ANSWERS: Readonly<Record<Path, Path>> = { INPUT: 'OUTPUT', FORWARD: 'FORWARD', OUTPUT: 'INPUT' };

/** The tests of a plan, and behind them what each flow that must get through asks. */
export function testsOf({ tests = [], reachable = [] }: Promises): readonly PlannedTest[] {
  return [...tests, ...reachable.map(reachableTest)];
}

/** Connections begin, those that run go on, and so do their answers. */
function reachableTest({ name, namespaces, path, flow, origin }: PlannedFlow): PlannedTest {
  const parsed = parseFlow(flow);
  const allow = (way: Path, text: string) => ({ kind: 'allow', path: way, flow: text, origin }) as const;
  const more =
    'flow' in parsed && parsed.flow.states === undefined
      ? [
          allow(path, printFlow({ ...parsed.flow, states: { not: false, items: ['ESTABLISHED'] } })),
          allow(ANSWERS[path], printFlow(answerOf(parsed.flow, ANSWERS[path]))),
        ]
      : [];
  return { name: name ?? 'must get through', namespaces, origin, expectations: [allow(path, flow), ...more] };
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
