import { expect, test } from 'vitest';
import { countRefused } from '../../../../src/app/connections/count-refused.ts';
import { endRefused } from '../../../../src/app/connections/end-refused.ts';
import type { RefusedConnection } from '../../../../src/core/connections/types.ts';
import { LIMITS } from '../../../../src/core/limits.ts';
import { notJudged } from '../../../../src/core/traffic/traffic-of-plan.ts';
import type { Ports, Ran } from '../../../../src/ports/ports.ts';

const NAMESPACE = { kind: 'named', name: 'edge' } as const;

/** A conntrack table in memory. `returns` are ports of connections that come back at once. */
class Table {
  readonly done: string[] = [];
  sockets: 'closed' | 'open' = 'closed';
  returns: readonly number[] = [];
  deleting: Ran = { exitCode: 0, stdout: '', stderr: '' };
  #next = 100;
  readonly entries: Map<number, number>;

  constructor(...ports: readonly number[]) {
    this.entries = new Map(ports.map((port) => [port, port]));
  }

  readonly ports: Pick<Ports, 'conntrack' | 'clock'> = {
    conntrack: {
      list: (targets) =>
        targets.map(async ({ family }) => ({
          exitCode: 0,
          stdout: family === 'ipv6' ? '' : [...this.entries].map(([port, id]) => lineOf(port, id)).join('\n'),
          stderr: '',
        })),
      routes: async () => new Map(),
      closeSockets: async (_, { original }) => {
        this.done.push(`close ${original.destinationPort}`);
        return this.sockets;
      },
      deleteEntry: async (_, { original: { destinationPort: port } }) => {
        this.done.push(`delete ${port}`);
        if (this.deleting.exitCode !== 0) return this.deleting;
        this.entries.delete(port);
        this.#next += 1;
        if (this.returns.includes(port)) this.entries.set(port, this.#next);
        return this.deleting;
      },
    },
    clock: { now: () => new Date(0), uptime: () => 0, sleep: async () => {}, turn: async () => {} },
  };
}

function lineOf(port: number, id: number): string {
  return `ipv4     2 tcp      6 9 ESTABLISHED src=10.0.0.2 dst=10.0.0.1 sport=4 dport=${port} src=10.0.0.1 dst=10.0.0.2 sport=${port} dport=4 mark=0 use=1 id=${id}`;
}

function refused(port: number, fate: RefusedConnection['fate'], id = port): RefusedConnection {
  const original = { source: '10.0.0.2', sourcePort: 4, destination: '10.0.0.1', destinationPort: port };
  const reply = { source: '10.0.0.1', sourcePort: port, destination: '10.0.0.2', destinationPort: 4 };
  return { id: String(id), family: 'ipv4', protocol: 6, zone: 0, original, reply, goesOn: true, fate };
}

const end = (table: Table, ...connections: readonly RefusedConnection[]) =>
  endRefused(table.ports, [{ namespace: NAMESPACE, connections }]);

test('each is ended as it can be, and what came back is told', async () => {
  const table = new Table(1, 2, 3, 4);
  table.returns = [3];
  const ended = await end(
    table,
    refused(1, 'ends'),
    refused(2, 'socket'),
    refused(3, 'may-return'),
    refused(4, 'stays'),
  );
  expect(table.done.sort()).toEqual(['close 2', 'delete 1', 'delete 2', 'delete 3']);
  expect(ended).toMatchObject({ ended: 2, gone: 0, problems: [] });
  expect(ended.cameBack.map(({ connection }) => connection.id)).toEqual(['3']);
  expect(ended.left.map(({ why }) => why)).toEqual(['translated']);
});

test('an entry that took the place of one, or is gone, is left alone', async () => {
  const table = new Table(1);
  expect(await end(table, refused(1, 'ends', 55), refused(2, 'socket'))).toMatchObject({ ended: 0, gone: 2, left: [] });
  expect(table.done).toEqual([]);
});

test('a socket that stays open keeps its entry, so that nothing of it leaves untranslated', async () => {
  const table = new Table(1);
  table.sockets = 'open';
  expect(await end(table, refused(1, 'socket'))).toMatchObject({ ended: 0, left: [{ why: 'socket' }] });
  expect(table.done).toEqual(['close 1']);
});

test('what conntrack refuses is told', async () => {
  const table = new Table(1, 2);
  table.deleting = { exitCode: 1, stdout: '', stderr: 'conntrack: Operation failed' };
  expect(await end(table, refused(1, 'ends'))).toMatchObject({ ended: 0, left: [{ why: 'failed' }] });
  table.deleting = { exitCode: 1, stdout: '', stderr: 'conntrack v1: 0 flow entries have been deleted.' };
  expect(await end(table, refused(2, 'ends'))).toMatchObject({ ended: 0, gone: 1, left: [] });
});

test('more than an apply ends are told', async () => {
  const most = LIMITS.connectionsEnded.most;
  const ports = Array.from({ length: most + 2 }, (_, at) => at + 1);
  const ended = await end(new Table(...ports), ...ports.map((port) => refused(port, 'ends')));
  expect(ended.ended).toBe(most);
  expect(ended.left.map(({ why }) => why)).toEqual(['too-many', 'too-many']);
});

test('where the table cannot be read none is ended, and why is told', async () => {
  const table = new Table(1);
  const conntrack: Ports['conntrack'] = {
    ...table.ports.conntrack,
    list: (targets) => targets.map(async () => ({ exitCode: -1, stdout: '', stderr: '', problem: 'missing' as const })),
  };
  const ended = await endRefused({ ...table.ports, conntrack }, [
    { namespace: NAMESPACE, connections: [refused(1, 'ends')] },
  ]);
  expect(ended).toMatchObject({
    ended: 0,
    left: [{ why: 'failed' }],
    problems: ['the program conntrack is not installed'],
  });
  expect(table.done).toEqual([]);
});

test('a plan of which nothing is known of the firewall counts nothing, and asks nothing', async () => {
  const step = { kind: 'table', namespace: NAMESPACE, family: 'ipv4', table: 'filter', backend: 'nft' };
  const plan = { steps: [step], namespaces: [], foreign: [] };
  const traffic = [{ namespaces: ['edge'], paths: notJudged('ipv4', 'because') }];
  const counts = await countRefused(
    { conntrack: new Table(1).ports.conntrack },
    { plan: plan as never, live: [], traffic: () => traffic },
  );
  expect(counts).toEqual([
    {
      namespace: NAMESPACE,
      family: 'ipv4',
      found: { kind: 'unknown', because: 'the other tables of the namespace are not known here' },
    },
  ]);
});
