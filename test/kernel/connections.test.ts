import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { applyState } from '../../src/app/apply/apply.ts';
import { confirm } from '../../src/app/recover/confirm.ts';
import { reject } from '../../src/app/recover/reject.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { plan, realPorts } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';
import { type End, isSilent, startTalker, type Talker, talk } from '../support/talkers.ts';

const ADDRESSES = {
  ipv4: { client: '10.81.0.2', near: '10.81.0.1', far: '10.82.0.1', server: '10.82.0.2', bits: 24 },
  ipv6: { client: 'fd81::2', near: 'fd81::1', far: 'fd82::1', server: 'fd82::2', bits: 64 },
} as const;

/** A client, a router and a server; the router forwards. */
function makeNetwork() {
  const [client, router, server] = [makeNamespace('client'), makeNamespace('router'), makeNamespace('server')];
  ip('link', 'add', 'c0', 'netns', client, 'type', 'veth', 'peer', 'name', 'r0', 'netns', router);
  ip('link', 'add', 's0', 'netns', server, 'type', 'veth', 'peer', 'name', 'r1', 'netns', router);
  for (const { client: c, near, far, server: s, bits } of Object.values(ADDRESSES)) {
    const nodad = bits === 64 ? ['nodad'] : [];
    for (const [name, link, address] of [
      [client, 'c0', c],
      [router, 'r0', near],
      [router, 'r1', far],
      [server, 's0', s],
    ] as const)
      ip('-n', name, 'address', 'add', `${address}/${bits}`, 'dev', link, ...nodad);
  }
  for (const [name, link] of [
    [client, 'c0'],
    [router, 'r0'],
    [router, 'r1'],
    [server, 's0'],
  ] as const)
    ip('-n', name, 'link', 'set', link, 'up');
  for (const { near, far } of Object.values(ADDRESSES)) {
    const version = near.includes(':') ? '-6' : '-4';
    ip(version, '-n', client, 'route', 'add', 'default', 'via', near);
    ip(version, '-n', server, 'route', 'add', 'default', 'via', far);
  }
  const sysctl = ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
  expect(inNamespace(router, 'sysctl', sysctl).status).toBe(0);
  return { client, router, server };
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}

const accept = (...ports: readonly number[]) => ports.map((port) => `-p tcp --dport ${port} -j ACCEPT`);

/** A state of the router: what may begin, beside what runs. Ports 7004 and 7014 of the router are those of 7001 and 7005 of the server. */
function stateOf(
  router: string,
  backend: Backend,
  chains: { readonly INPUT: readonly string[]; readonly FORWARD: readonly string[] },
) {
  const lines = (list: readonly string[]) => list.map((rule) => `        - ${JSON.stringify(rule)}`);
  const translated = Object.values(ADDRESSES).flatMap(({ near, server }) =>
    [7001, 7005].map((port, at) => {
      const to = server.includes(':') ? `[${server}]:${port}` : `${server}:${port}`;
      return `-d ${near} -p tcp --dport ${at === 0 ? 7004 : 7014} -j DNAT --to-destination ${to}`;
    }),
  );
  const text = [
    `namespace: ${router}`,
    `backend: ${backend}`,
    'ownership: exclusive',
    'connections: end-refused',
    'tables:',
    '  raw:',
    '    PREROUTING:',
    '      rules:',
    ...lines(['-p tcp --dport 7002 -j CT --zone 7', '-p tcp --sport 7002 -j CT --zone 7']),
    '  nat:',
    '    PREROUTING:',
    '      rules:',
    ...lines(translated),
    '  filter:',
    ...(['INPUT', 'FORWARD'] as const).flatMap((chain) => [
      `    ${chain}:`,
      '      policy: DROP',
      '      rules:',
      ...lines(['-p icmpv6 -j ACCEPT', '-m conntrack --ctstate ESTABLISHED -j ACCEPT', ...chains[chain]]),
    ]),
  ];
  return { 'router.yaml': `${text.join('\n')}\n` };
}

describe.each<Backend>(['nft', 'legacy'])('connections that an apply refuses (%s)', (backend) => {
  test('are ended when it is kept, and no others', async () => {
    const { client, router, server } = makeNetwork();
    const ports = realPorts();
    const state = stateFolder({});
    const change = (chains: Parameters<typeof stateOf>[2], confirmSeconds?: number) => {
      writeFiles(state, stateOf(router, backend, chains));
      const options = { operator: 'test', lockTimeoutSeconds: 5, confirmSeconds, stop: new AbortController().signal };
      const approval = { recovered: () => {}, moved: () => {}, unchanged: async () => {}, approve: async () => false };
      return applyState(ports, { ...options, state, make: () => plan(state, ports), beginWriting: () => {} }, approval);
    };
    await change({ INPUT: accept(7003), FORWARD: accept(7001, 7002, 7005, 7006) });
    const [c, r, s] = await Promise.all([
      startTalker(client),
      startTalker(router, [7003]),
      startTalker(server, [7001, 7002, 7005, 7006]),
    ]);
    const open = async (to: Talker, side: 'near' | 'server', port: number) => {
      const ends: (readonly [End, End])[] = [];
      for (const addresses of Object.values(ADDRESSES)) ends.push(await c.connect(to, addresses[side], port));
      return ends;
    };
    const forwarded = await open(s, 'server', 7001);
    const zoned = await open(s, 'server', 7002);
    const local = await open(r, 'near', 7003);
    const translated = await open(s, 'near', 7004);
    const returning = await open(s, 'server', 7005);
    const staying = await open(s, 'near', 7014);
    const kept = await open(s, 'server', 7006);

    // The server may speak to anybody: its next packet makes a new entry, and of a translated connection would leave untranslated.
    const speaks = Object.values(ADDRESSES).map(({ server: address }) => `-s ${address} -j ACCEPT`);
    const speaking = setInterval(() => returning.map(([, end]) => end.say()), 50);
    const first = await change({ INPUT: accept(7003), FORWARD: [...accept(7001, 7002, 7006), ...speaks] }).finally(() =>
      clearInterval(speaking),
    );
    expect(first.ended).toMatchObject({ ended: 0, gone: 0, problems: [] });
    expect(first.ended?.cameBack.map(({ connection }) => connection.original.destinationPort)).toEqual([7005, 7005]);
    expect(first.ended?.left.map(({ connection, why }) => [connection.original.destinationPort, why])).toEqual([
      [7014, 'translated'],
      [7014, 'translated'],
    ]);
    const running = [...forwarded, ...zoned, ...local, ...translated, ...staying, ...kept];
    expect(await Promise.all(running.map(talk))).toEqual(running.map(() => true));

    // Those that came back were begun by the server, which may not begin any more.
    const less = { INPUT: accept(7009), FORWARD: accept(7006) };
    expect((await change(less, 600)).toEnd).toBe(10);
    await reject(ports, undefined);
    expect(await Promise.all(running.map(talk))).toEqual(running.map(() => true));

    const pending = await change(less, 600);
    expect(pending).toMatchObject({ toEnd: 10 });
    expect(await Promise.all(running.map(talk))).toEqual(running.map(() => true));
    const { ended } = await confirm(ports, pending.pending?.id);
    expect(ended).toEqual({ ended: 10, gone: 0, cameBack: [], left: [], problems: [] });
    const over = [...returning, ...forwarded, ...zoned, ...local, ...translated];
    expect(await Promise.all(over.map(isSilent))).toEqual(over.map(() => true));
    const others = [...staying, ...kept];
    expect(await Promise.all(others.map(talk))).toEqual(others.map(() => true));
  });

  test('go on where a set lets them pass before it is confirmed', async () => {
    const { client, router, server } = makeNetwork();
    const ports = realPorts();
    const state = stateFolder({});
    const change = (forward: readonly string[], confirmSeconds?: number) => {
      const chains = { INPUT: [], FORWARD: [...forward, '-m set --match-set allowed src,dst -j ACCEPT'] };
      const text = `${stateOf(router, backend, chains)['router.yaml']}sets: {allowed: {type: "hash:ip,port"}}\n`;
      writeFiles(state, { 'router.yaml': text });
      const options = { operator: 'test', lockTimeoutSeconds: 5, confirmSeconds, stop: new AbortController().signal };
      const approval = { recovered: () => {}, moved: () => {}, unchanged: async () => {}, approve: async () => false };
      return applyState(ports, { ...options, state, make: () => plan(state, ports), beginWriting: () => {} }, approval);
    };
    await change(accept(7001, 7002));
    const [c, s] = await Promise.all([startTalker(client), startTalker(server, [7001, 7002])]);
    const open = async (port: number) => {
      const ends: (readonly [End, End])[] = [];
      for (const { server: address } of Object.values(ADDRESSES)) ends.push(await c.connect(s, address, port));
      return ends;
    };
    const [first, second] = [await open(7001), await open(7002)];
    const pending = await change([], 600);
    expect(pending).toMatchObject({ toEnd: 4 });
    for (const [set, address] of [
      ['allowed', ADDRESSES.ipv4.client],
      ['allowed-6', ADDRESSES.ipv6.client],
    ] as const)
      expect(inNamespace(router, 'ipset', ['add', set, `${address},tcp:7001`]).stderr).toBe('');
    const { ended } = await confirm(ports, pending.pending?.id);
    expect(ended).toMatchObject({ ended: 2, gone: 0, cameBack: [], problems: [] });
    expect(ended?.left.map(({ connection, why }) => [connection.original.destinationPort, why])).toEqual([
      [7001, 'let-in'],
      [7001, 'let-in'],
    ]);
    expect(await Promise.all(first.map(talk))).toEqual([true, true]);
    expect(await Promise.all(second.map(isSilent))).toEqual([true, true]);
  });
});
