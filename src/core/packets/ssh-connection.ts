import { parseAddress } from './address.ts';

export type SshConnection = {
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /**
   * What routes tell of the interface between the two: `lo` where the client is this host itself by another of its addresses, `any` where that is not known.
   * Absent for a client that is another host.
   */
  readonly over?: 'lo' | 'any';
};

/**
 * The value of SSH_CONNECTION: client address and port, server address and port, as sshd sees them. Undefined for what is no TCP
 * connection; sshd writes `UNKNOWN 65535` for a session that came over a pipe.
 */
export function parseSshConnection(text: string): SshConnection | undefined {
  const [clientAddress = '', client = '', serverAddress = '', server = '', ...more] = text.split(' ');
  const [clientPort, serverPort] = [parsePort(client), parsePort(server)];
  if (more.length > 0 || clientPort === undefined || serverPort === undefined) return undefined;
  const [from, to] = [parseAddress(clientAddress), parseAddress(serverAddress)];
  if (from === undefined || to === undefined || from.family !== to.family) return undefined;
  return { clientAddress, clientPort, serverAddress, serverPort };
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65536 ? port : undefined;
}
