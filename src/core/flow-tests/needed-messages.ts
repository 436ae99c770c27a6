import type { PlannedFlow, PlannedTest } from '../desired/types.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { printFlow } from '../packets/flow/print-flow.ts';
import { ICMP, ICMPV6 } from '../packets/rule/protocol-number.ts';
import type { FlowIcmp, FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Path } from '../packets/types/traffic.ts';
import type { Family } from '../rules/types.ts';

const FRAGMENTATION_NEEDED: readonly FlowIcmp[] = [{ type: 3, code: 4 }];
const PACKET_TOO_BIG: readonly FlowIcmp[] = [{ type: 2 }];

/**
 * What is asked beside a flow that must get through: whether each side can learn that its packets are too large for the way. A router on the way says so; the other side stands for it, so
 * that rules which take such messages from there alone are well. Some answer of a limit is enough.
 */
export function neededMessages(flows: readonly PlannedFlow[]): readonly PlannedTest[] {
  return flows.flatMap(({ name, namespaces, path, flow, origin }): readonly PlannedTest[] => {
    const parsed = parseFlow(flow);
    if (!('flow' in parsed) || parsed.flow.states !== undefined || isIcmpAlone(parsed.flow)) return [];
    const expectations = parsed.flow.families.flatMap((family) =>
      messagesOf(parsed.flow, path, family).map((message) => ({
        kind: 'allow-if' as const,
        path: path === 'FORWARD' ? path : ('INPUT' as const),
        flow: printFlow(message),
        origin,
      })),
    );
    return [{ name: name ?? flow, namespaces, origin, expectations }];
  });
}

function messagesOf(flow: FlowPattern, path: Path, family: Family): readonly FlowPattern[] {
  const { source, destination, input, output } = flow;
  const base = {
    families: [family],
    protocols: { not: false, items: [family === 'ipv4' ? ICMP : ICMPV6] },
    icmp: { not: false, items: family === 'ipv4' ? FRAGMENTATION_NEEDED : PACKET_TOO_BIG },
    states: { not: false, items: ['RELATED'] },
  } as const;
  const toSource = {
    ...base,
    ...(destination === undefined ? {} : { source: destination }),
    ...(source === undefined ? {} : { destination: source }),
    ...(output === undefined ? {} : { input: output }),
    ...(input === undefined || path === 'OUTPUT' ? {} : { output: input }),
  };
  const toDestination = {
    ...base,
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
  if (path === 'INPUT') return [toDestination];
  return path === 'OUTPUT' ? [toSource] : [toDestination, toSource];
}

function isIcmpAlone({ protocols }: FlowPattern): boolean {
  return protocols?.not === false && protocols.items.every((one) => one === ICMP || one === ICMPV6);
}
