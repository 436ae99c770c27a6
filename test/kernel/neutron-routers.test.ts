import { describe, expect, test } from 'vitest';
import { setSteps } from '../../src/core/plan/in-order.ts';
import { printStepEdits } from '../../src/core/plan/step-edits.ts';
import { FAMILIES } from '../../src/core/rules/types.ts';
import { apply } from '../support/fw.ts';
import { addNamespace, inNamespace, load, makeNamespace, removeNamespace, saved } from '../support/netns.ts';
import { answerOn, expectAnswers, expectPing, ip, pingAlways } from '../support/packets.ts';
import { savedSets } from '../support/sets.ts';
import { shippedPorts } from '../support/shipped-ports.ts';
import { filter, makeSite, printChains } from '../support/site.ts';
import { makePair, SERVER_ADDRESS } from '../support/veth-pair.ts';

// Cases 27 to 36 of docs/coming-from-neutron.md: traffic, routers, sets, connections and counters.

function router(more = ''): string {
  return `use:\n  - template: l3-router\n    with: {uplink: qg${more}}\n`;
}

function floating(address: string, fixed: string): string {
  return `  - template: floating-ip\n    with: {floating: ${address}, fixed: ${fixed}}\n`;
}

const GATEWAY = ', address: 203.0.113.1';

/** A host inside at 10.77.0.1, a router, and a host outside at 203.0.113.9 that knows no way back to 10.77.0.0/24. */
async function makeRouter(): Promise<{ readonly inside: string; readonly gateway: string; readonly outside: string }> {
  const { server: inside, client: gateway } = makePair();
  const outside = makeNamespace('outside');
  ip(`-n ${gateway} link add qg type veth peer name eth0 netns ${outside}`);
  for (const address of ['203.0.113.1/24', '203.0.113.20/32']) ip(`-n ${gateway} address add ${address} dev qg`);
  ip(`-n ${outside} address add 203.0.113.9/24 dev eth0`);
  ip(`-n ${gateway} link set qg up`);
  ip(`-n ${outside} link set eth0 up`);
  ip(`-n ${inside} route add default via 10.77.0.2`);
  expect(inNamespace(gateway, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1']).status).toBe(0);
  await Promise.all([inside, outside].map((name) => answerOn(name, [80])));
  return { inside, gateway, outside };
}

describe('traffic and routers', () => {
  test('case 30: what goes out of a router keeps its address without a gateway, and gets the one that is its due with it', async () => {
    const { inside, gateway, outside } = await makeRouter();
    const site = makeSite('nft', gateway);
    const out = (wanted: string | false) => [inside, { address: '203.0.113.9', port: 80 }, wanted] as const;
    const back = { address: '203.0.113.20', port: 80 };
    await site.become(router());
    expect(site.rules('nat').filter((rule) => rule.startsWith('-A fw-snat'))).toEqual(['-A fw-snat -j fw-float-snat']);
    await expectAnswers(out(false));
    await site.become(router(GATEWAY));
    await expectAnswers(out('203.0.113.1'), [outside, back, false]);
    await site.become(router(GATEWAY) + floating('203.0.113.20', '10.77.0.1'));
    // By its floating address: from outside, from the router, and from the host itself, whose answer must come back through the router.
    await expectAnswers(
      out('203.0.113.20'),
      [outside, back, '203.0.113.9'],
      [gateway, back, '203.0.113.1'],
      [inside, back, true],
    );
    await site.become(router(`${GATEWAY}, random_fully: false`));
    await expectAnswers(out('203.0.113.1'), [outside, back, false]);
    expect(site.rules('nat').join('\n')).not.toContain('--random-fully');
    await site.become(router());
    await expectAnswers(out(false));
  });

  test('case 27: TCP, UDP and ICMP pass, are blocked, and pass again, with and without a port, in and out', async () => {
    const { server, client } = makePair();
    await Promise.all([server, client].map((name) => answerOn(name, [80, 81])));
    const site = makeSite('legacy', server);
    const passes = async (tcp: boolean, udp: boolean, icmp: boolean, out: boolean) => {
      await expectAnswers(
        [client, { address: SERVER_ADDRESS, port: 80 }, tcp],
        [client, { protocol: 'udp', address: SERVER_ADDRESS, port: 81 }, udp],
        [server, { address: '10.77.0.2', port: 81 }, out],
      );
      expectPing(client, SERVER_ADDRESS, icmp);
    };
    await passes(true, true, true, true);
    const some = ['-p tcp --dport 80 -j DROP', '-p udp --dport 80 -j DROP'];
    await site.become(filter({ INPUT: some, OUTPUT: ['-p icmp -j DROP'] }));
    await passes(false, true, false, true);
    await site.become(filter({ INPUT: ['-p udp -j DROP'], OUTPUT: ['-p tcp --dport 81 -j DROP'] }));
    await passes(true, false, true, false);
    await site.become(filter({ INPUT: [], OUTPUT: [] }));
    await passes(true, true, true, true);
  });

  test('case 28: a mark in mangle and a drop by that mark in filter are one apply', async () => {
    const { server, client } = makePair();
    const site = makeSite('legacy', server);
    const marked = `tables:\n  mangle:\n${printChains({ PREROUTING: ['-s 10.77.0.2 -j mark'], mark: ['-p icmp -j MARK --set-mark 7'] })}`;
    await site.become(`${marked}  filter:\n${printChains({ INPUT: ['-m mark --mark 7 -j DROP'] })}`);
    expectPing(client, SERVER_ADDRESS, false);
    await site.become(marked);
    expectPing(client, SERVER_ADDRESS, true);
  });

  test('case 29: after each step of the life of a router a second plan is empty, and its end leaves no rule', async () => {
    const site = makeSite('nft');
    const life = [
      router(),
      router(`${GATEWAY}, inside: [qr-1], metadata: true`),
      router(`${GATEWAY}, inside: [qr-1, qr-2], metadata: true`) + floating('203.0.113.20', '10.0.0.5'),
      router(`, address: ['203.0.113.7', '2001:db8::7'], inside: [qr-2]`) + floating('203.0.113.21', '10.0.0.5'),
      router(),
      filter({ gone: [] }),
    ];
    for (const body of life) await site.become(body);
    for (const family of FAMILIES) expect(saved(site.name, 'nft', family)).not.toMatch(/^-A/m);
  });

  test('case 31: a fresh start with an empty data folder changes no rule and no counter', async () => {
    const { server, client } = makePair();
    const site = makeSite('nft', server);
    await site.become(
      router(GATEWAY) + floating('203.0.113.20', '10.0.0.5') + filter({ INPUT: ['-p icmp -j ACCEPT'] }),
    );
    expectPing(client, SERVER_ADDRESS, true);
    const before = saved(server, 'nft', 'ipv4', { counters: true });
    const { made } = await apply(site.state, shippedPorts());
    expect(made.plan.steps).toEqual([]);
    expect(saved(server, 'nft', 'ipv4', { counters: true })).toBe(before);
  });

  test.each(['nft', 'legacy'] as const)(
    'case 32: two owners that work at the same time in one namespace never lose a rule of each other (%s)',
    async (backend) => {
      const name = makeNamespace();
      const [one, two] = [makeSite(backend, name), makeSite(backend, name)];
      const body = (owner: string, round: number) =>
        `owner: ${owner}\n${router(GATEWAY)}${floating('203.0.113.20', `10.0.${round}.5`)}${filter({ INPUT: [`-s 10.${round}.0.0/16 -j ${owner}own`], [`${owner}own`]: ['-j DROP'] })}`;
      for (const round of [1, 2]) {
        one.write(body('one', round));
        two.write(body('two', round));
        await Promise.all([apply(one.state, one.ports), apply(two.state, two.ports)]);
        await one.settled();
        await two.settled();
        const rules = one.rules('filter').filter((rule) => /-INPUT/.test(rule));
        expect(rules.sort()).toEqual([
          '-A INPUT -j one-INPUT',
          '-A INPUT -j two-INPUT',
          `-A one-INPUT -s 10.${round}.0.0/16 -j one-oneown`,
          `-A two-INPUT -s 10.${round}.0.0/16 -j two-twoown`,
        ]);
      }
    },
  );

  test('case 33: with its namespace everything of a router is gone, and comes back with it', async () => {
    const name = makeNamespace('qrouter');
    const site = makeSite('legacy', name);
    await site.become(router(GATEWAY));
    const before = FAMILIES.map((family) => saved(name, 'legacy', family));
    removeNamespace(name);
    addNamespace(name);
    expect(FAMILIES.map((family) => saved(name, 'legacy', family)).join('')).not.toContain('fw-');
    await site.become(router(GATEWAY));
    expect(FAMILIES.map((family) => saved(name, 'legacy', family))).toEqual(before);
  });

  test('case 34: sets change by entry or as a whole, no address that stays is cut off, and one in use is not destroyed', async () => {
    const { server, client } = makePair();
    const site = makeSite('nft', server);
    const state = (entries: readonly string[]) =>
      `sets:\n  members: {type: hash:net, family: ipv4, entries: [${entries.join(', ')}]}\n${filter({ INPUT: ['-p icmp -m set --match-set members src -j ACCEPT', '-j DROP'] })}`;
    const many = (net: number) => Array.from({ length: 100 }, (_, index) => `10.${net}.0.${index}`);
    await site.become(state(['10.77.0.2']));
    const stream = await pingAlways(client, SERVER_ADDRESS, '10.77.0.2');
    site.write(state(['10.77.0.2', '10.1.0.0/16']));
    expect(setSteps((await site.plan()).plan).map(printStepEdits)).toEqual(['add fw-members 10.1.0.0/16\n']);
    await site.become(state(['10.77.0.2', '10.1.0.0/16']));
    await site.become(state(['10.77.0.2', ...many(8)]));
    site.write(state(['10.77.0.2', ...many(9)]));
    expect(
      setSteps((await site.plan()).plan)
        .map(printStepEdits)
        .join(''),
    ).toContain('swap ');
    await site.become(state(['10.77.0.2', ...many(9)]));
    const { sent, received } = await stream.end();
    expect(sent).toBeGreaterThan(20);
    expect(sent - received).toBeLessThanOrEqual(1);
    expect(await site.refuses(state(['0.0.0.0/0']))).toMatchObject([
      { code: 'kernel.rejected', at: '0.0.0.0/0', hint: expect.stringContaining('128.0.0.0/1') },
    ]);
    await site.become(state(['0.0.0.0/1', '128.0.0.0/1']));
    expectPing(client, SERVER_ADDRESS, true);
    load(server, 'nft', 'ipv4', '*filter\n-A FORWARD -m set --match-set fw-members src -j DROP\nCOMMIT\n', [
      '--noflush',
    ]);
    await site.become(filter({ INPUT: ['-p icmp -j ACCEPT'] }));
    expect(savedSets(server).some((line) => line.startsWith('create fw-members '))).toBe(true);
    expect(inNamespace(server, 'iptables-nft', ['-w', '-F', 'FORWARD']).status).toBe(0);
    await site.become(filter({ INPUT: ['-p icmp -j ACCEPT'] }));
    expect(savedSets(server)).toEqual([]);
  });

  test('case 35: a connection lives on after its rule goes, as with iptables, and a drop in front of the answers cuts it', async () => {
    const { server, client } = makePair();
    await answerOn(server, [80]);
    const site = makeSite('nft', server);
    const state = (...rules: readonly string[]) =>
      filter({ INPUT: [...rules, '-m conntrack --ctstate ESTABLISHED -j ACCEPT', '-j DROP'] });
    const flow = (localPort: number, wanted: boolean) =>
      [client, { protocol: 'udp', address: SERVER_ADDRESS, port: 80, localPort }, wanted] as const;
    await site.become(
      filter({ INPUT: ['-m conntrack --ctstate ESTABLISHED -j ACCEPT', '-p udp --dport 80 -j ACCEPT', '-j DROP'] }),
    );
    await expectAnswers(flow(5000, true));
    await site.become(state());
    await expectAnswers(flow(5000, true), flow(5001, false));
    await site.become(state('-p udp --dport 80 -j DROP'));
    await expectAnswers(flow(5000, false));
  });

  test('case 36: counters of one label do not depend on others, a label changes by itself, and what is excluded comes first', async () => {
    const { server, client } = makePair();
    const site = makeSite('nft', server);
    const labels = (one: string) =>
      filter({
        INPUT: ['-j label-one', '-j label-two'],
        'label-one': ['-s 10.77.0.9/32 -j RETURN', one],
        'label-two': ['-s 10.77.0.2/32 -j RETURN', '-p all'],
      });
    await site.become(labels('-s 10.77.0.0/24'));
    expectPing(client, SERVER_ADDRESS, true);
    const packets = () =>
      saved(server, 'nft', 'ipv4', { counters: true })
        .split('\n')
        .filter((line) => line.includes('-A fw-label'))
        .map((line) => [/\[(\d+):/.exec(line)?.[1], line.slice(line.indexOf('-A fw-') + '-A fw-'.length)]);
    const two = [
      ['1', 'label-two -s 10.77.0.2/32 -j RETURN'],
      ['0', 'label-two'],
    ];
    expect(packets()).toEqual([
      ['0', 'label-one -s 10.77.0.9/32 -j RETURN'],
      ['1', 'label-one -s 10.77.0.0/24'],
      ...two,
    ]);
    await site.become(labels('-s 10.0.0.0/8'));
    expect(packets()).toEqual([['0', 'label-one -s 10.77.0.9/32 -j RETURN'], ['0', 'label-one -s 10.0.0.0/8'], ...two]);
    // One label goes; the other one counts on.
    await site.become(filter({ INPUT: ['-j label-two'], 'label-two': ['-s 10.77.0.2/32 -j RETURN', '-p all'] }));
    expectPing(client, SERVER_ADDRESS, true);
    expect(packets()).toEqual([
      ['2', 'label-two -s 10.77.0.2/32 -j RETURN'],
      ['0', 'label-two'],
    ]);
  });
});
