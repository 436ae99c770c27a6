import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { judgeTests } from '../../src/core/flow-tests/judge-tests.ts';
import { PROVERS } from '../../src/core/flow-tests/provers.ts';
import { testsOf } from '../../src/core/flow-tests/reachable-tests.ts';
import { testedFirewalls } from '../../src/core/flow-tests/tested-firewalls.ts';
import { checkGuards } from '../../src/core/guards/check-guards.ts';
import { parseSshConnection } from '../../src/core/packets/ssh-connection.ts';
import type { Backend, Family, TableName } from '../../src/core/rules/types.ts';
import { NO_LINES } from '../../src/core/sets/ipset/lines.ts';
import { guardedPlan } from '../support/guarded-plan.ts';
import { inNamespace, load } from '../support/netns.ts';
import { saveText, tableOf } from '../support/table-of.ts';

/** What must come has so long; what a rule stops is told by waiting, and a TCP segment that is lost is sent again after 0.2 s. */
const PATIENCE = { alive: 10_000, dead: 250 };
const SSH_IN = '-p tcp -m tcp --dport 22';
const SSH_OUT = '-p tcp -m tcp --sport 22';

type Tables = Partial<Record<TableName, string>>;

type Case = {
  readonly name: string;
  readonly family?: Family;
  readonly before?: Tables;
  readonly after: Tables;
  /** The same with as little changed as can be, and the session lives. */
  readonly harmless: { readonly before?: Tables; readonly after?: Tables; readonly tcpLoose?: boolean };
  readonly tcpLoose?: boolean;
  /** What is proved of the flow of the twin, where that is not that it holds. */
  readonly twinFlow?: 'fails';
};

const MARKED = { filter: '-A INPUT -m mark --mark 0x1 -j DROP' };
const BLOCKED = { filter: '-A INPUT -m set --match-set bad src -j DROP' };
const NO_INVALID = { filter: `-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT ${SSH_IN} -j ACCEPT` };
const SNAT = { nat: `-A POSTROUTING ${SSH_OUT} -j SNAT --to-source 10.78.0.9` };
const TRACKED = { filter: '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT' };
const mangle = (rule: string) => ({ mangle: `-A ${rule}` });

/** Tables that stand in `before` and not in `after` stay as they are. Those of nat come last: the legacy backend tracks connections as long as it has that table. */
const CASES: readonly Case[] = [
  {
    name: 'IPv6 with INPUT DROP and no neighbour discovery',
    family: 'ipv6',
    after: { filter: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT` },
    harmless: { after: { filter: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -p ipv6-icmp -j ACCEPT` } },
  },
  {
    name: 'IPv6 with neighbour discovery as NEW, which it never is',
    family: 'ipv6',
    after: {
      filter: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -p ipv6-icmp -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT`,
    },
    harmless: {
      after: {
        filter: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -p ipv6-icmp -m conntrack --ctstate UNTRACKED -j ACCEPT`,
      },
    },
  },
  {
    name: 'a TTL of 1 in POSTROUTING',
    after: mangle('POSTROUTING -j TTL --ttl-set 1'),
    harmless: { after: mangle('POSTROUTING -j TTL --ttl-set 64') },
  },
  {
    name: 'a mark set in PREROUTING that an unchanged rule of another chain drops',
    before: MARKED,
    after: mangle(`PREROUTING ${SSH_IN} -j MARK --set-xmark 0x1/0xffffffff`),
    harmless: { after: mangle(`PREROUTING ${SSH_IN} -j MARK --set-xmark 0x2/0xffffffff`) },
  },
  {
    name: 'a set that is filled with what an unchanged rule drops',
    before: BLOCKED,
    after: mangle(`PREROUTING ${SSH_IN} -j SET --add-set bad src`),
    harmless: { after: mangle('PREROUTING -p tcp -m tcp --dport 23 -j SET --add-set bad src') },
    // This session lives, but a client of the flow that asked port 23 before is dropped.
    twinFlow: 'fails',
  },
  {
    name: 'neighbour discovery that comes with another hop limit than 255',
    family: 'ipv6',
    after: mangle('PREROUTING -j HL --hl-set 64'),
    harmless: { after: mangle('PREROUTING -j HL --hl-set 255') },
  },
  {
    name: 'neighbour discovery that goes out with another hop limit than 255',
    family: 'ipv6',
    after: mangle('POSTROUTING -j HL --hl-set 64'),
    harmless: { after: mangle('POSTROUTING -p tcp -j HL --hl-set 64') },
  },
  {
    name: 'a mark that a set gives and an unchanged rule drops',
    before: MARKED,
    after: mangle('PREROUTING -j SET --map-set marks src --map-mark'),
    harmless: { before: {} },
    // No proof of flows knows what a set maps.
    twinFlow: 'fails',
  },
  {
    name: 'INVALID dropped while tcp_loose is 0',
    tcpLoose: false,
    after: NO_INVALID,
    harmless: { tcpLoose: true },
  },
  {
    name: 'SNAT of the answers of a connection that nothing tracked',
    after: SNAT,
    harmless: { before: TRACKED },
  },
  {
    name: 'DNAT of the answers of a connection that nothing tracked',
    after: { nat: `-A OUTPUT ${SSH_OUT} -j DNAT --to-destination 10.78.0.9` },
    harmless: { before: TRACKED },
  },
];

test.concurrent.each(['nft', 'legacy'] as const)(
  'what ends a session over a router closes FWG02, and FWG08 where its flow must stay reachable; its harmless twin closes neither, on %s',
  async (backend) => {
    let net = await openNet(backend);
    try {
      for (const { name, before = {}, after, harmless, family = 'ipv4', tcpLoose = true, twinFlow } of CASES) {
        if (backend === 'legacy' && after.nat !== undefined) {
          net.close();
          net = await openNet(backend);
        }
        const change = { backend, family, tcpLoose, before, after };
        const ended = await outcome(net, change, 'dead');
        expect({ name, ...ended }).toEqual({
          name,
          lives: false,
          closed: true,
          flow: 'fails',
        });
        const twin = await outcome(net, { ...change, ...harmless }, 'alive');
        expect({ name, ...twin }).toEqual({
          name,
          lives: true,
          closed: false,
          flow: twinFlow ?? 'holds',
        });
      }
    } finally {
      net.close();
    }
  },
);

type Change = {
  readonly backend: Backend;
  readonly family: Family;
  readonly tcpLoose: boolean;
  readonly before: Tables;
  readonly after: Tables;
};

/** Whether a session outlives a change of the rules, whether FWG02 is closed for it, and what is proved of its flow. */
async function outcome(net: Net, change: Change, due: keyof typeof PATIENCE) {
  const { family, before, after, tcpLoose } = change;
  net.reset(tcpLoose);
  net.load(family, before);
  const connection = await net.connect(family);
  net.load(family, after);
  net.forgetNeighbours();
  const lives = await net.talks(PATIENCE[due]);
  return { lives, closed: isClosed(change, connection), flow: flowOf(change, connection) };
}

function planOf({ family, before, after }: Change) {
  const names = Object.keys(after) as TableName[];
  return guardedPlan(names.map((table) => ({ family, table, before: before[table] ?? '', after: after[table] ?? '' })));
}

function isClosed(change: Change, connection: string): boolean {
  const { family, before, after, tcpLoose, backend } = change;
  const ssh = parseSshConnection(connection);
  if (ssh === undefined) throw new Error(connection);
  const standing = (Object.keys(before) as TableName[])
    .filter((table) => after[table] === undefined)
    .map((table) => ({
      namespace: { kind: 'host' } as const,
      family,
      backend,
      table: tableOf(table, before[table] ?? ''),
    }));
  const facts = { emptyDesired: [], ssh, settings: { tcpLoose }, standing };
  return checkGuards(planOf(change), facts).some(({ id }) => id === 'FWG02');
}

/** The worst that is proved of the flow of the session, as one of `reachable:`. */
function flowOf(change: Change, connection: string): 'holds' | 'fails' | 'not-judged' {
  const { family, before, tcpLoose } = change;
  const [client, , server] = connection.split(' ');
  const tables = (Object.keys(before) as TableName[]).map((table) => tableOf(table, before[table] ?? ''));
  const empty = { header: 'hash:ip family inet', references: 0, entries: NO_LINES, passing: [] };
  const live = {
    namespace: { kind: 'host' } as const,
    backend: 'nft' as const,
    rulesets: {
      ipv4: { family: 'ipv4' as const, tables: family === 'ipv4' ? tables : [] },
      ipv6: { family: 'ipv6' as const, tables: family === 'ipv6' ? tables : [] },
    },
    hidden: [],
    sets: [{ name: 'bad', live: { name: 'bad', ...empty } }],
    settings: { tcpLoose },
  };
  const flow = {
    namespaces: [live.namespace],
    path: 'INPUT' as const,
    flow: `tcp ${client} -> ${server} port 22`,
    origin: 'state.yaml:1',
  };
  const results = judgeTests(testsOf({ reachable: [flow] }), testedFirewalls(planOf(change), [live], undefined), {
    provers: PROVERS,
    nodes: 200_000,
  }).map(({ result }) => result.kind);
  return results.find((kind) => kind === 'fails') ?? results.find((kind) => kind === 'not-judged') ?? 'holds';
}

type Net = {
  /** No rule, no entry of the set, nothing tracked. */
  reset(tcpLoose: boolean): void;
  load(family: Family, tables: Tables): void;
  /** A new session; its SSH_CONNECTION. */
  connect(family: Family): Promise<string>;
  /** So that the next packet asks for the neighbour, as when an entry ages. */
  forgetNeighbours(): void;
  /** Whether the server, then the client, get a byte through to the other side. */
  talks(patience: number): Promise<boolean>;
  close(): void;
};

let nets = 0;

async function openNet(backend: Backend): Promise<Net> {
  nets += 1;
  const [server, router, client] = ['server', 'router', 'client'].map((one) => `fwt-${process.pid}-lock${nets}-${one}`);
  if (server === undefined || router === undefined || client === undefined) throw new Error('no names');
  const names = [server, router, client];
  for (const name of names) {
    execFileSync('ip', ['netns', 'add', name]);
    // Link-local addresses can be used at once.
    inNamespace(name, 'sysctl', ['-qw', 'net.ipv6.conf.default.accept_dad=0']);
  }
  execFileSync('ip', ['link', 'add', 's0', 'netns', router, 'type', 'veth', 'peer', 'name', 'v0', 'netns', server]);
  execFileSync('ip', ['link', 'add', 'c0', 'netns', router, 'type', 'veth', 'peer', 'name', 'v0', 'netns', client]);
  const setUp = (name: string, lines: readonly string[]) =>
    execFileSync('ip', ['-n', name, '-batch', '-'], { input: lines.join('\n') });
  const link = (device: string, net: string, host: string) => [
    `address add 10.78.${net}.${host}/24 dev ${device}`,
    `address add 2001:db8:${net}::${host}/64 dev ${device} nodad`,
    `link set ${device} up`,
  ];
  const routes = (net: string) => [`route add default via 10.78.${net}.1`, `route add ::/0 via 2001:db8:${net}::1`];
  setUp(router, [...link('s0', '1', '1'), ...link('c0', '2', '1')]);
  setUp(server, [...link('v0', '1', '2'), ...routes('1')]);
  setUp(client, [...link('v0', '2', '2'), ...routes('2')]);
  const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding';
  inNamespace(router, 'sh', ['-c', forward]);
  inNamespace(server, 'ipset', ['create', 'bad', 'hash:ip']);
  inNamespace(server, 'ipset', ['create', 'marks', 'hash:net', 'skbinfo']);
  inNamespace(server, 'ipset', ['add', 'marks', '10.78.2.0/24', 'skbmark', '0x1/0xffffffff']);
  const [listening, asking] = [program(server, SERVER), program(client, CLIENT)];
  await listening.answer();
  return {
    reset: (tcpLoose) => {
      if (backend === 'nft') inNamespace(server, 'nft', ['flush', 'ruleset']);
      else {
        for (const family of ['ipv4', 'ipv6'] as const) {
          load(server, backend, family, saveText(tableOf('mangle', '')) + saveText(tableOf('filter', '')));
        }
      }
      inNamespace(server, 'ipset', ['flush', 'bad']);
      inNamespace(server, 'sysctl', ['-qw', `net.netfilter.nf_conntrack_tcp_loose=${tcpLoose ? 1 : 0}`]);
    },
    load: (family, tables) => {
      const text = Object.entries(tables).map(([name, rules]) => saveText(tableOf(name as TableName, rules)));
      if (text.length > 0) load(server, backend, family, text.join(''));
    },
    connect: async (family) => {
      const [to, from] = family === 'ipv4' ? ['10.78.1.2', '10.78.2.2'] : ['2001:db8:1::2', '2001:db8:2::2'];
      asking.tell(`open ${to}`);
      return `${from} ${await asking.answer()} ${to} 22`;
    },
    forgetNeighbours: () => {
      for (const [name, device] of [
        [router, 's0'],
        [server, 'v0'],
      ] as const) {
        execFileSync('ip', ['-n', name, 'neighbour', 'flush', 'dev', device]);
      }
    },
    talks: async (patience) => {
      asking.tell(`wait ${patience}`);
      listening.tell('push');
      if ((await asking.answer()) !== 'got') return false;
      asking.tell(`wait ${patience}`);
      asking.tell('send');
      return (await asking.answer()) === 'got';
    },
    close: () => {
      for (const one of [asking, listening]) one.end();
      for (const name of names) execFileSync('ip', ['netns', 'del', name]);
    },
  };
}

/** Sends back what comes, and a byte of its own when it is told so. */
const SERVER = `
let last;
require('node:net').createServer((socket) => { last = socket; socket.on('error', () => {}).on('data', (data) => socket.write(data)); })
  .listen(22, '::', () => console.log('ready'));
process.stdin.on('data', () => last.write('p')).on('end', () => process.exit());`;

const CLIENT = `
let socket;
let got = () => {};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, value] = line.split(' ');
  if (word === 'open') {
    socket?.destroy();
    socket = require('node:net').connect(22, value, () => console.log(socket.localPort));
    socket.setNoDelay(true);
    socket.on('data', () => got()).on('error', () => {});
  } else if (word === 'wait') {
    const timer = setTimeout(() => { got = () => {}; console.log('lost'); }, Number(value));
    got = () => { got = () => {}; clearTimeout(timer); console.log('got'); };
  } else socket.write('x');
}).on('close', () => process.exit());`;

function program(namespace: string, script: string) {
  const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  const waiting: string[] = [];
  lines.on('line', (line) => waiting.push(line));
  return {
    tell: (line: string) => void child.stdin?.write(`${line}\n`),
    answer: async () => {
      if (waiting.length === 0) await once(lines, 'line');
      return waiting.shift() ?? '';
    },
    end: () => void child.stdin?.end(),
  };
}
