import type { PlannedFlow } from '../desired/types.ts';
import { LIMITS } from '../limits.ts';
import { parseFlow } from '../packets/flow/parse-flow.ts';
import { proveFlow } from '../packets/traffic/prove-flow.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Connections, FlowProof, Path } from '../packets/types/traffic.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Namespace } from '../rules/types.ts';
import { firewallsOfPlan } from './firewalls-of-plan.ts';
import type { LiveNamespace } from './live-namespace.ts';

/** A flow that must stay reachable and is not proved to be, after a plan. */
export type UnprovenFlow = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly flow: PlannedFlow;
  /** Which of its packets, and why. */
  readonly why: string;
};

/** The flows of `reachable:` of which a new or running connection, or its answers, are not proved to pass where the plan changes something. */
export function unprovenFlows(
  plan: Plan,
  live: readonly LiveNamespace[],
  reachable: readonly PlannedFlow[],
  nodes = LIMITS.trafficNodes.most,
): readonly UnprovenFlow[] {
  if (reachable.length === 0) return [];
  return firewallsOfPlan(plan, live).flatMap(({ namespace, family, sides }) => {
    const own = reachable.filter(({ namespaces }) =>
      namespaces.some((one) => namespaceLabel(one) === namespaceLabel(namespace)),
    );
    return own.flatMap((flow): readonly UnprovenFlow[] => {
      const read = parseFlow(flow.flow);
      if ('flow' in read && !read.flow.families.includes(family)) return [];
      const why =
        'unknown' in sides
          ? sides.unknown
          : 'flow' in read
            ? reasonOf(sides.after, flow.path, read.flow, nodes)
            : 'it cannot be read';
      return why === undefined ? [] : [{ namespace, family, flow, why }];
    });
  });
}

function reasonOf(after: Firewall, path: Path, pattern: FlowPattern, nodes: number): string | undefined {
  const asked: readonly (readonly [name: string, path: Path, connections: Connections, pattern: FlowPattern])[] = [
    ['new connections', path, 'new', pattern],
    ['running connections', path, 'running', pattern],
    ['its answers', answerPath(path), 'running', answersOf(pattern)],
  ];
  for (const [name, way, connections, flow] of asked) {
    const proof = proveFlow(after, way, connections, flow, { nodes });
    const why = reasonText(proof);
    if (why !== undefined) return `${name}: ${why}`;
  }
  return undefined;
}

function reasonText(proof: FlowProof): string | undefined {
  if (proof.kind === 'proved') return undefined;
  if (proof.kind === 'not-judged') return `not judged, because ${proof.because}`;
  const { verdict, by } = proof.outcome;
  const place = by.number === undefined ? `policy ${by.text}` : `rule ${by.number}: ${by.text}`;
  return `${verdict} by ${by.table} ${by.chain} ${place}`;
}

function answerPath(path: Path): Path {
  if (path === 'INPUT') return 'OUTPUT';
  return path === 'OUTPUT' ? 'INPUT' : path;
}

/** The packets that come back: from where the flow goes to where it comes from. */
function answersOf({
  source,
  destination,
  sourcePorts,
  destinationPorts,
  input,
  output,
  path: _,
  states: __,
  ...rest
}: FlowPattern): FlowPattern {
  return {
    ...rest,
    ...(destination === undefined ? {} : { source: destination }),
    ...(source === undefined ? {} : { destination: source }),
    ...(destinationPorts === undefined ? {} : { sourcePorts: destinationPorts }),
    ...(sourcePorts === undefined ? {} : { destinationPorts: sourcePorts }),
    ...(output === undefined ? {} : { input: output }),
    ...(input === undefined ? {} : { output: input }),
  };
}
