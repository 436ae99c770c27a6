import { isLoopback, parseAddress } from '../packets/address.ts';
import type { Path } from '../packets/types/traffic.ts';
import type { Connection } from './types.ts';

/** Where the routes lead for an address: to this host, out by an interface (`UNKNOWN_LINK` where policy routing may choose another); absent where they do not say. */
export type Routes = ReadonlyMap<string, 'local' | { readonly output: string }>;

/** The way of packets from one address to another. */
export type Way = { readonly path: Path; readonly input?: string; readonly output?: string };

/** The addresses whose routes tell the ways of connections. */
export function addressesOf(connections: readonly Connection[]): readonly string[] {
  const all = connections.flatMap(({ original, reply }) => [
    original.source,
    original.destination,
    reply.source,
    reply.destination,
  ]);
  return [...new Set(all)];
}

/**
 * The way from one address to another. A packet is taken to come in by the interface by which the route back leaves. Undefined where the routes do not say, and on loopback, where
 * a packet goes two ways.
 */
export function wayBetween(source: string, destination: string, routes: Routes): Way | undefined {
  if (isLoop(source) || isLoop(destination)) return undefined;
  const [from, to] = [routes.get(source), routes.get(destination)];
  if (from === undefined || to === undefined) return undefined;
  if (from === 'local') return to === 'local' ? undefined : { path: 'OUTPUT', output: to.output };
  if (to === 'local') return { path: 'INPUT', input: from.output };
  return { path: 'FORWARD', input: from.output, output: to.output };
}

function isLoop(text: string): boolean {
  const address = parseAddress(text);
  return address === undefined || isLoopback(address);
}
