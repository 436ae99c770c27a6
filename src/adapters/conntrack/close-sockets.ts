import type { Connection } from '../../core/connections/types.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { enter } from '../process/enter.ts';
import { run } from '../process/exec.ts';

/**
 * Closes the sockets of a TCP connection on this host: the one that was connected to, behind DNAT and REDIRECT, and the one that connected. Only connected sockets with exactly
 * these ends match, never one that listens. An IPv4 address matches a socket of IPv6 that has it mapped.
 */
export async function closeSockets(namespace: Namespace, { original, reply }: Connection): Promise<'closed' | 'open'> {
  const ends = [
    [addressText(reply.source, reply.sourcePort), addressText(reply.destination, reply.destinationPort)],
    [addressText(original.source, original.sourcePort), addressText(original.destination, original.destinationPort)],
  ] as const;
  for (const [source, destination] of ends) {
    const filter = ['-H', '-n', '-t', 'state', 'connected', 'src', source, 'dst', destination];
    await run(...enter(namespace, 'ss', ['-K', ...filter]));
    // Where the kernel cannot close it, ss says nothing.
    const left = await run(...enter(namespace, 'ss', filter));
    if (left.exitCode !== 0 || left.stdout.split('\n').some(isOpen)) return 'open';
  }
  return 'closed';
}

/** A socket without a program may still wait for its end; it sends nothing but resets. */
function isOpen(line: string): boolean {
  return line.trim() !== '' && !/^(?:TIME-WAIT|CLOSE|UNCONN)\b/.test(line.trim());
}

function addressText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
