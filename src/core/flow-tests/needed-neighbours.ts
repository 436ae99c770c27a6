import type { PlannedFlow, PlannedTest } from '../desired/types.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { printFlow } from '../packets/flow/print-flow.ts';
import type { Among, FlowAddress, FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Path } from '../packets/types/traffic.ts';
import {
  isLoopbackOnly,
  LINK_LOCAL,
  type LinkEnd,
  type NeighbourFlow,
  neighbourFlows,
  onLink,
} from './neighbour-flows.ts';

const ROUTERS: Among<FlowAddress> = { not: false, items: [LINK_LOCAL] };

/**
 * What is asked of neighbour discovery beside the tests of a flow, since it depends on what the rules do not tell: whether the other side of the flow is a neighbour, which asks from its own address too,
 * and for a flow through this host whether it is a router, which has neighbours on both links, or a bridge. Some answer of a limit is enough.
 */
export function neededNeighbours(flows: readonly PlannedFlow[]): readonly PlannedTest[] {
  return flows.flatMap(({ name, namespaces, path, flow, origin }): readonly PlannedTest[] => {
    const parsed = parseFlow(flow);
    if (!('flow' in parsed) || parsed.flow.states !== undefined) return [];
    if (!parsed.flow.families.includes('ipv6') || isLoopbackOnly(parsed.flow)) return [];
    const expectations = neighboursOf(parsed.flow, path).map((one) => ({
      kind: 'allow-if' as const,
      path: one.path,
      flow: printFlow(one.flow),
      origin,
    }));
    return expectations.length === 0 ? [] : [{ name: name ?? flow, namespaces, origin, expectations }];
  });
}

function neighboursOf({ source, destination, input, output }: FlowPattern, path: Path): readonly NeighbourFlow[] {
  const of = (addresses: Among<FlowAddress> | undefined, end: LinkEnd) => {
    const neighbours = onLink(addresses);
    return neighbours === undefined ? [] : neighbourFlows(neighbours, end);
  };
  if (path === 'INPUT') return of(source, { own: destination, link: input });
  if (path === 'OUTPUT') return of(destination, { own: source, link: output });
  const ends = [
    { own: ROUTERS, link: input },
    { own: ROUTERS, link: output },
  ] as const;
  return [...ends.flatMap((end) => neighbourFlows(ROUTERS, end)), ...of(source, ends[0]), ...of(destination, ends[1])];
}
