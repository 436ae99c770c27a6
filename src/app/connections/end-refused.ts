import type { ConnectionIn, EndedConnections, LeftBecause, ToEnd } from '../../core/connections/ended.ts';
import { endsKey, parseConnections, tupleKey } from '../../core/connections/parse-connections.ts';
import type { Connection } from '../../core/connections/types.ts';
import { LIMITS } from '../../core/limits.ts';
import { FAMILIES, type Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { whyNot } from './count-refused.ts';

/** Programs at once, of one namespace. */
const SIDE_BY_SIDE = 4;

/** How often, and after how long, fw looks for entries that a packet of one side made anew. A server that is waited for speaks within a second. */
const LOOKS = 4;
const LOOK_MS = 250;

type Ending = { readonly one: ConnectionIn; readonly how: 'ended' | 'gone' | LeftBecause };

/**
 * Ends exactly the connections that were found: an entry that has the same id, tuples and zone, and none that took its place. Sockets of this host are closed first, so that
 * their reset still goes the way of the connection. Then fw looks again for entries that came back. Never throws: the apply is kept, whatever becomes of this.
 */
export async function endRefused(
  ports: Pick<Ports, 'conntrack' | 'clock'>,
  toEnd: readonly ToEnd[],
): Promise<EndedConnections> {
  const problems: string[] = [];
  const all = toEnd.flatMap(({ namespace, connections }) =>
    connections.map((connection): ConnectionIn => ({ namespace, connection })),
  );
  const meant = all.filter(({ connection }) => connection.fate !== 'stays');
  const chosen = new Set(meant.slice(0, LIMITS.connectionsEnded.most));
  const there = await readEntries(ports, toEnd, problems);
  const endings: Ending[] = [];
  for (let at = 0; at < all.length; at += SIDE_BY_SIDE) {
    const some = all.slice(at, at + SIDE_BY_SIDE).map(async (one): Promise<Ending> => {
      if (one.connection.fate === 'stays') return { one, how: 'translated' };
      if (!chosen.has(one)) return { one, how: 'too-many' };
      return { one, how: await endOne(ports, one, there) };
    });
    endings.push(...(await Promise.all(some)));
  }
  const ended = endings.filter(({ how }) => how === 'ended').map(({ one }) => one);
  const cameBack = await lookAgain(ports, ended, problems);
  return {
    ended: ended.length - cameBack.length,
    gone: endings.filter(({ how }) => how === 'gone').length,
    cameBack,
    left: endings.flatMap(({ one, how }) => (how === 'ended' || how === 'gone' ? [] : [{ ...one, why: how }])),
    problems,
  };
}

async function endOne(
  { conntrack }: Pick<Ports, 'conntrack'>,
  { namespace, connection }: ConnectionIn,
  there: Entries,
): Promise<Ending['how']> {
  const now = there.get(JSON.stringify(namespace));
  if (now === undefined) return 'failed';
  if (!now.has(entryKey(connection))) return 'gone';
  if (connection.fate === 'socket' && (await conntrack.closeSockets(namespace, connection)) === 'open') return 'socket';
  const ran = await conntrack.deleteEntry(namespace, connection);
  if (ran.exitCode === 0) return 'ended';
  // A connection that was reset has no entry for long.
  if (connection.fate === 'socket') return 'ended';
  return /\b0 flow entries/.test(ran.stderr) ? 'gone' : 'failed';
}

/** What is there now, by namespace; undefined where that could not be read. */
type Entries = ReadonlyMap<string, ReadonlyMap<string, Connection>>;

async function readEntries(
  { conntrack }: Pick<Ports, 'conntrack'>,
  toEnd: readonly { readonly namespace: Namespace }[],
  problems: string[],
): Promise<Entries> {
  const namespaces = new Map(toEnd.map(({ namespace }) => [JSON.stringify(namespace), namespace]));
  const found = new Map<string, ReadonlyMap<string, Connection>>();
  for (const [key, namespace] of namespaces) {
    const listed = await Promise.all(conntrack.list(FAMILIES.map((family) => ({ namespace, family }))));
    const failed = listed.find(({ exitCode }) => exitCode !== 0);
    try {
      if (failed !== undefined) throw new Error(whyNot(failed));
      const connections = listed.flatMap(({ stdout }) => parseConnections(stdout).connections);
      found.set(key, new Map(connections.map((connection) => [entryKey(connection), connection])));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return found;
}

/** Entries between the same ends that are there although they were deleted. Where no packet may make one, one look is enough. */
async function lookAgain(
  ports: Pick<Ports, 'conntrack' | 'clock'>,
  ended: readonly ConnectionIn[],
  problems: string[],
): Promise<readonly ConnectionIn[]> {
  if (ended.length === 0) return [];
  const back = new Set<ConnectionIn>();
  const mayReturn = ended.some(({ connection }) => connection.fate === 'may-return');
  for (let look = 0; look < (mayReturn ? LOOKS : 1); look += 1) {
    if (mayReturn) await ports.clock.sleep(LOOK_MS);
    const there = await readEntries(ports, ended, problems);
    for (const [key, entries] of there) {
      const ends = new Set([...entries.values()].map(endsKey));
      for (const one of ended)
        if (JSON.stringify(one.namespace) === key && ends.has(endsKey(one.connection))) back.add(one);
    }
  }
  return [...back];
}

function entryKey(connection: Connection): string {
  return `${connection.id} ${connection.zone} ${tupleKey(connection)}`;
}
