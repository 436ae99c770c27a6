import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from 'vitest';
import { makeNamespace } from './netns.ts';

const servers: ChildProcess[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
});

export const SERVER_ADDRESS = '10.77.0.1';

/** Two namespaces joined by a cable. `server` has the address 10.77.0.1, `client` 10.77.0.2. */
export function makePair(): { readonly server: string; readonly client: string } {
  const server = makeNamespace('server');
  const client = makeNamespace('client');
  ip('link', 'add', 'v0', 'netns', server, 'type', 'veth', 'peer', 'name', 'v0', 'netns', client);
  for (const [name, address] of [
    [server, SERVER_ADDRESS],
    [client, '10.77.0.2'],
  ] as const) {
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'v0');
    ip('-n', name, 'link', 'set', 'v0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  return { server, client };
}

/** `/ok` answers 204, `/moved` 302, `/endless` a body that never ends, everything else 503. Ended after the test. */
const SERVER = `require('node:http').createServer(({ url }, response) => {
  if (url === '/silent') return;
  response.writeHead({ '/ok': 204, '/moved': 302, '/endless': 200 }[url] ?? 503, { location: '/ok' });
  if (url !== '/endless') return response.end();
  const more = () => { while (response.write('x'.repeat(65536))); response.once('drain', more); };
  more();
}).listen(Number(process.argv[1]), '0.0.0.0', () => console.log('ready'))`;

/** Starts an HTTP server on a port of a namespace and waits until it listens. */
export async function serve(namespace: string, port = 80): Promise<void> {
  const words = [process.execPath, '-e', SERVER, String(port)];
  const server = spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(server);
  await once(server.stdout, 'data');
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}
