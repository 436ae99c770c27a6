import type { ConnectionIn, EndedConnections, LeftBecause } from '../connections/ended.ts';
import { protocolName } from '../packets/rule/protocol-number.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family } from '../rules/types.ts';

/** So many are listed; how many are left out is told. */
const LISTED = 100;

/** One connection as it began. */
export type ConnectionDocument = {
  readonly namespace: string;
  readonly family: Family;
  readonly protocol: string;
  readonly zone: number;
  readonly source: string;
  readonly source_port: number;
  readonly destination: string;
  readonly destination_port: number;
};

/** What became of the connections that an apply refused and was to end. Of those that go on, the first are listed. */
export type EndedDocument = {
  readonly ended: number;
  /** They had ended by themselves. */
  readonly gone: number;
  readonly came_back: number;
  readonly left: number;
  readonly go_on: readonly (ConnectionDocument & { readonly why: 'came-back' | LeftBecause })[];
  readonly problems: readonly string[];
};

export function endedDocument({ ended, gone, cameBack, left, problems }: EndedConnections): EndedDocument {
  const back = cameBack.map((one) => ({ ...connectionDocument(one), why: 'came-back' as const }));
  const others = left.map((one) => ({ ...connectionDocument(one), why: one.why }));
  return {
    ended,
    gone,
    came_back: cameBack.length,
    left: left.length,
    go_on: [...back, ...others].slice(0, LISTED),
    problems,
  };
}

function connectionDocument({ namespace, connection }: ConnectionIn): ConnectionDocument {
  const { family, protocol, zone, original } = connection;
  return {
    namespace: namespaceLabel(namespace),
    family,
    protocol: protocolName(protocol),
    zone,
    source: original.source,
    source_port: original.sourcePort,
    destination: original.destination,
    destination_port: original.destinationPort,
  };
}
