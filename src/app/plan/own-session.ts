import { parseSshConnection, type SshConnection } from '../../core/packets/ssh-connection.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * The SSH connection that fw was started from, with what routes tell of its client. A session from another address of this host goes over `lo`, whatever its addresses
 * look like. Where the kernel names no way to the client, as where `ip` is missing, any interface may be the one.
 */
export async function ownSession({
  sshConnection,
  askRoute,
}: Pick<Ports, 'sshConnection' | 'askRoute'>): Promise<SshConnection | undefined> {
  const text = sshConnection();
  const ssh = text === undefined ? undefined : parseSshConnection(text);
  if (ssh === undefined) return undefined;
  // `ip route get` takes no zone; an address of this host is its own in each.
  const [destination, source] = [ssh.clientAddress, ssh.serverAddress].map((address) => address.split('%')[0] ?? '');
  const route = await askRoute({ kind: 'host' }, { destination: destination ?? '', source: source ?? '' });
  if (route.kind === 'out' && route.output !== 'lo') return ssh;
  return { ...ssh, over: route.kind === 'local' ? 'lo' : 'any' };
}

/** The same for all that ask about one plan: the routes are asked once, by the first. */
export function sessionOnce(
  ports: Pick<Ports, 'sshConnection' | 'askRoute'>,
): () => Promise<SshConnection | undefined> {
  let asked: Promise<SshConnection | undefined> | undefined;
  return () => {
    asked ??= ownSession(ports);
    return asked;
  };
}
