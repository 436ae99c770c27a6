import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { warnSessionTooBig } from '../../src/core/guards/lost-too-big.ts';
import { parseSshConnection } from '../../src/core/packets/ssh-connection.ts';
import type { Family } from '../../src/core/rules/types.ts';
import { guardedPlan } from '../support/guarded-plan.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { saveText, tableOf } from '../support/table-of.ts';

const SIZE = 200_000;
const SSH = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
const NEIGHBOURS =
  '-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT';
const REST = '-A INPUT -j DROP';
const CASES = {
  ipv4: { closed: `${SSH}\n${REST}`, open: `${SSH}\n-A INPUT -p icmp -m icmp --icmp-type 3/4 -j ACCEPT\n${REST}` },
  ipv6: {
    closed: `${SSH}\n${NEIGHBOURS}\n${REST}`,
    open: `${SSH}\n${NEIGHBOURS}\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 2 -j ACCEPT\n${REST}`,
  },
} as const satisfies Record<Family, { closed: string; open: string }>;

test.each(['ipv4', 'ipv6'] as const)(
  'a transfer over a narrow link stalls where its path MTU messages are dropped, which is warned of, and not where they get in (%s)',
  async (family) => {
    const net = await narrowNet(family);
    try {
      const { closed, open } = CASES[family];
      load(net.server, 'nft', family, saveText(tableOf('filter', closed)));
      const stalled = net.fetch();
      const connection = parseSshConnection(`${await stalled.from} 22`);
      // The router has told that a segment is too large, and the rule behind all others took it.
      await until(() => dropped(net.server, family) > 0);
      expect(stalled.bytes()).toBeLessThan(SIZE);
      stalled.end();
      expect(warned(family, closed, connection)).toHaveLength(1);
      load(net.server, 'nft', family, saveText(tableOf('filter', open)));
      const whole = net.fetch();
      await until(() => whole.bytes() === SIZE);
      whole.end();
      expect(warned(family, open, connection)).toEqual([]);
    } finally {
      net.close();
    }
  },
);

function warned(family: Family, after: string, ssh: ReturnType<typeof parseSshConnection>) {
  return warnSessionTooBig(guardedPlan([{ family, before: ':INPUT ACCEPT', after }]), [], ssh);
}

function dropped(server: string, family: Family): number {
  const [, packets = '0'] =
    /\[(\d+):\d+\] -A INPUT -j DROP/.exec(saved(server, 'nft', family, { counters: true })) ?? [];
  return Number(packets);
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 45_000; !isSo(); await wait(20)) {
    if (Date.now() > end) throw new Error('it does not happen');
  }
}

/** A server that sends much, a router, and a client behind a link that is narrower than the client says. */
async function narrowNet(family: Family) {
  const [server, router, client] = [makeNamespace('server'), makeNamespace('router'), makeNamespace('client')];
  const setUp = (name: string, lines: readonly string[]) =>
    execFileSync('ip', ['-n', name, '-batch', '-'], { input: lines.join('\n') });
  execFileSync('ip', ['link', 'add', 's0', 'netns', router, 'type', 'veth', 'peer', 'name', 'v0', 'netns', server]);
  execFileSync('ip', ['link', 'add', 'c0', 'netns', router, 'type', 'veth', 'peer', 'name', 'v0', 'netns', client]);
  for (const name of [server, router, client])
    inNamespace(name, 'sysctl', ['-qw', 'net.ipv6.conf.default.accept_dad=0', 'net.ipv6.conf.all.accept_dad=0']);
  const link = (device: string, net: string, host: string, mtu = 1500) => [
    `link set ${device} mtu ${mtu} up`,
    `address add 10.78.${net}.${host}/24 dev ${device}`,
    `address add 2001:db8:${net}::${host}/64 dev ${device} nodad`,
  ];
  const routes = (net: string) =>
    ['10.78', '2001:db8:'].map((prefix) =>
      prefix === '10.78'
        ? `route add default via 10.78.${net}.1 advmss 1440`
        : `route add ::/0 via 2001:db8:${net}::1 advmss 1440`,
    );
  setUp(router, [...link('s0', '1', '1'), ...link('c0', '2', '1', 1300)]);
  setUp(server, [...link('v0', '1', '2'), ...routes('1')]);
  setUp(client, [...link('v0', '2', '2', 1300), ...routes('2')]);
  inNamespace(router, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  const run = (name: string, code: string) =>
    spawn('nsenter', [`--net=/run/netns/${name}`, '--', process.execPath, '-e', code], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  const listening = run(server, SERVER);
  await once(listening.stdout, 'data');
  const [to, from] = family === 'ipv4' ? ['10.78.1.2', '10.78.2.2'] : ['2001:db8:1::2', '2001:db8:2::2'];
  return {
    server,
    fetch: () => {
      const asking = run(client, CLIENT.replace('HOST', to));
      let bytes = 0;
      let told: (from: string) => void = () => {};
      const said = new Promise<string>((resolve) => {
        told = resolve;
      });
      createInterface({ input: asking.stdout }).on('line', (line) => {
        const [word, value = ''] = line.split(' ');
        if (word === 'port') told(`${from} ${value} ${to}`);
        else bytes = Number(value);
      });
      return { from: said, bytes: () => bytes, end: () => asking.kill('SIGKILL') };
    },
    close: () => listening.kill('SIGKILL'),
  };
}

const SERVER = `
require('node:net').createServer((socket) => socket.on('error', () => {}).write(Buffer.alloc(${SIZE})))
  .listen(22, '::', () => console.log('ready'));`;

const CLIENT = `
let bytes = 0;
const socket = require('node:net').connect(22, 'HOST', () => console.log('port', socket.localPort));
socket.on('data', (data) => { bytes += data.length; console.log('bytes', bytes); }).on('error', () => {});`;
