import { protocolName } from '../packets/rule/protocol-number.ts';
import type { RefusedConnection } from './types.ts';

/** Refused connections to one place. */
export type RefusedGroup = {
  readonly protocol: string;
  readonly destination: string;
  readonly port: number;
  readonly connections: number;
};

/** The places with the most connections first. */
export function groupRefused(refused: readonly RefusedConnection[]): readonly RefusedGroup[] {
  const groups = new Map<string, RefusedGroup>();
  for (const { protocol, original } of refused) {
    const { destination, destinationPort: port } = original;
    const key = `${protocol} ${destination} ${port}`;
    const known = groups.get(key) ?? { protocol: protocolName(protocol), destination, port, connections: 0 };
    groups.set(key, { ...known, connections: known.connections + 1 });
  }
  return [...groups.values()].sort((one, other) => other.connections - one.connections);
}

/** How many of them have each fate, and how many go on as long as they run. */
export function countFates(refused: readonly RefusedConnection[]) {
  const count = (...fates: readonly RefusedConnection['fate'][]) =>
    refused.filter(({ fate }) => fates.includes(fate)).length;
  return {
    goOn: refused.filter(({ goesOn }) => goesOn).length,
    end: count('ends', 'socket'),
    mayReturn: count('may-return'),
    stay: count('stays'),
  };
}
