import { TCP } from '../../core/packets/rule/protocol-number.ts';
import type { Conntrack } from '../../ports/conntrack-ports.ts';
import { enter } from '../process/enter.ts';
import { run } from '../process/exec.ts';
import { runEverywhere } from '../process/run-everywhere.ts';
import { askRoutes } from './ask-routes.ts';
import { closeSockets } from './close-sockets.ts';

/** The conntrack table of this machine. */
export const conntrack: Conntrack = {
  list: (targets) =>
    runEverywhere(
      targets.map(({ namespace, family }) => ({
        namespace,
        words: ['conntrack', '-L', '-f', family, '-o', 'extended,id'],
      })),
    ),
  routes: askRoutes,
  deleteEntry: async (namespace, { family, protocol, zone, original, reply }) =>
    run(
      ...enter(namespace, 'conntrack', [
        '-D',
        ...['-f', family, '-w', String(zone), '-p', protocol === TCP ? 'tcp' : 'udp'],
        ...['-s', original.source, '-d', original.destination],
        ...['--sport', String(original.sourcePort), '--dport', String(original.destinationPort)],
        ...['-r', reply.source, '-q', reply.destination],
        ...['--reply-port-src', String(reply.sourcePort), '--reply-port-dst', String(reply.destinationPort)],
      ]),
    ),
  closeSockets,
};
