import { TCP } from '../packets/rule/protocol-number.ts';
import type { Routes } from './find-ways.ts';
import { passesFirst, passesRunning, passesWithoutEntry, type Replayer } from './replay.ts';
import type { Connection, RefusedConnection } from './types.ts';

/** Of which packets a plan may refuse some, as the comparison of its traffic proves. */
export type MayRefuse = { readonly new: boolean; readonly running: boolean };

/** `kept`: it would be let in as before. `open`: the rules alone do not tell. `unknown`: its way is not known. */
export type Judged = 'kept' | 'open' | 'unknown' | RefusedConnection;

/**
 * What a plan means for a connection that runs. It is refused when its first packet would not be let in any more, to where it goes, or when its packets do not pass any more; what
 * passed before is asked of the rules before, since they alone say what the plan takes away.
 */
export function judgeConnection(
  before: Replayer,
  after: Replayer,
  connection: Connection,
  { routes, mayRefuse }: { readonly routes: Routes; readonly mayRefuse: MayRefuse },
): Judged {
  const { original, reply } = connection;
  if ([original.source, original.destination, reply.source, reply.destination].some((one) => !routes.has(one)))
    return 'unknown';
  const first = mayRefuse.new
    ? changeOf(passesFirst(before, connection, routes), () => passesFirst(after, connection, routes))
    : 'same';
  const running = mayRefuse.running
    ? changeOf(passesRunning(before, connection, routes), () => passesRunning(after, connection, routes))
    : 'same';
  if (first !== 'refused' && running !== 'refused') return first === 'open' || running === 'open' ? 'open' : 'kept';
  return {
    ...connection,
    goesOn: running !== 'refused' && passesRunning(after, connection, routes) !== 'no',
    fate: fateOf(after, connection, routes),
  };
}

function changeOf(before: string, after: () => string): 'same' | 'refused' | 'open' {
  if (before !== 'yes' && before !== 'maybe') return 'same';
  const now = after();
  if (now === 'no') return 'refused';
  return now === 'maybe' && before === 'yes' ? 'open' : 'same';
}

/** What becomes of it when its entry is deleted, by the next packet of each side. */
function fateOf(after: Replayer, connection: Connection, routes: Routes): RefusedConnection['fate'] {
  const { protocol, original, reply } = connection;
  // Without its socket this host sends no packet of it, and answers what comes with a reset.
  if (protocol === TCP && [original.source, reply.source].some((one) => routes.get(one) === 'local')) return 'socket';
  const forth = passesWithoutEntry(after, connection, original, routes);
  const back = passesWithoutEntry(after, connection, reply, routes);
  // What comes to an address of this host, and has no entry there, reaches no other side.
  const backReaches = back.passes !== 'no' && (back.way?.path !== 'INPUT' || !isTranslated(connection));
  if (forth.passes === 'no' && !backReaches) return 'ends';
  return isTranslated(connection) ? 'stays' : 'may-return';
}

export function isTranslated({ original, reply }: Connection): boolean {
  return (
    original.source !== reply.destination ||
    original.destination !== reply.source ||
    original.sourcePort !== reply.destinationPort ||
    original.destinationPort !== reply.sourcePort
  );
}
