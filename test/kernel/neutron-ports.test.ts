import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/core/rules/types.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { answerOn, expectAnswers, expectPing, ip, pingAlways } from '../support/packets.ts';
import { filter, makeSite } from '../support/site.ts';
import { makePair, SERVER_ADDRESS } from '../support/veth-pair.ts';

// Cases 17 to 26 of docs/coming-from-neutron.md: security of ports.

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'dccp', 'udplite', 'esp', 'ah', 'gre', 'igmp', 'vrrp'];
const PEERS = ['10.0.0.5', '10.0.0.0/24', '2001:db8::5', '2001:db8::/64', "[0.0.0.0/0, '::/0']"];
const PORTS = ['', 'ports: 80', "ports: '8000:8080'", 'ports: 0', 'ports: [22, 443]'];

function rule(words: string): string {
  return `  - template: port-rule\n    with: {${words}}\n`;
}

function port(name: string, more = 'dhcp: true'): string {
  const words = `port: ${name}, device: tap-${name}, mac: 'fa:16:3e:00:00:0${name.slice(-1)}', addresses: [10.77.0.1${name.slice(-1)}, 'fd77::1${name.slice(-1)}']`;
  return `  - template: port-security\n    with: {${words}, ${more}}\n`;
}

/** A host with a bridge and two machines, vm1 at 10.77.0.11 and vm2 at 10.77.0.12, both of which answer on ports 80 and 81. */
async function makeMachines(): Promise<{ readonly host: string; readonly vm1: string; readonly vm2: string }> {
  const [host, vm1, vm2] = [makeNamespace('host'), makeNamespace('vm1'), makeNamespace('vm2')];
  ip(`-n ${host} link add br0 type bridge`);
  ip(`-n ${host} address add 10.77.0.1/24 dev br0`);
  for (const [name, number] of [
    [vm1, 1],
    [vm2, 2],
  ] as const) {
    ip(
      `link add tap-vm${number} netns ${host} type veth peer name eth0 address fa:16:3e:00:00:0${number} netns ${name}`,
    );
    ip(`-n ${host} link set tap-vm${number} master br0 up`);
    ip(`-n ${name} address add 10.77.0.1${number}/24 dev eth0`);
    ip(`-n ${name} address add fd77::1${number}/64 dev eth0 nodad`);
    ip(`-n ${name} link set eth0 up`);
  }
  ip(`-n ${host} link set br0 up`);
  const asked = ['net.bridge.bridge-nf-call-iptables=1', 'net.bridge.bridge-nf-call-ip6tables=1'];
  expect(inNamespace(host, 'sysctl', ['-qw', ...asked]).status).toBe(0);
  await Promise.all([host, vm1, vm2].map((name) => answerOn(name, [80, 81])));
  return { host, vm1, vm2 };
}

describe.each(['nft', 'legacy'] as const)('security of ports (%s)', (backend) => {
  test('case 17: after one apply a second sends nothing, for every protocol, family, port and peer', async () => {
    const site = makeSite(backend);
    const withPorts = new Set(['tcp', 'udp', 'sctp', 'dccp']);
    const uses = PROTOCOLS.flatMap((protocol) =>
      PEERS.filter(
        (peers) => !(protocol === 'icmp' && /^2001/.test(peers)) && !(protocol === 'icmpv6' && /^10/.test(peers)),
      ).flatMap((peers) =>
        (withPorts.has(protocol) ? PORTS : ['']).map((ports, index) =>
          rule(
            [`port: p1`, `protocol: ${protocol}`, `peers: ${peers}`, `outgoing: ${index % 2 === 1}`, ports]
              .filter(Boolean)
              .join(', '),
          ),
        ),
      ),
    );
    await site.become(
      `use:\n${uses.join('')}${port('p1', 'egress: false')}${filter({ local: ['-p udplite -m multiport --dports 80,443 -j RETURN'] })}`,
    );
    expect(site.rules('filter').length).toBeGreaterThan(90);
    expect(site.rules('filter', 'ipv6')).toContain('-A fw-allow-in-p1 -s 2001:db8::5/128 -p sctp -j RETURN');
  });

  test('case 23: no packet passes while rules are replaced three times, and none is lost that may pass', async () => {
    const { server, client } = makePair();
    ip(`-n ${client} address add 10.77.0.3/24 dev v0`);
    const site = makeSite(backend, server);
    const blocked = (round: string) => [`-s 10.77.0.3 -m comment --comment ${round} -j DROP`, '-s 10.0.0.0/8 -j ok'];
    await site.become(filter({ INPUT: blocked('one'), ok: ['-j ACCEPT'] }));
    const [bad, good] = await Promise.all([
      pingAlways(client, SERVER_ADDRESS, '10.77.0.3'),
      pingAlways(client, SERVER_ADDRESS, '10.77.0.2'),
    ]);
    await site.become(filter({ INPUT: ['-i lo -j ACCEPT', ...blocked('two')], ok: ['-j ACCEPT'] }));
    await site.become(filter({ INPUT: ['-s 10.77.0.3 -j no', '-j ACCEPT'], no: ['-s 10.0.0.0/8 -j DROP'] }));
    await site.become(filter({ INPUT: blocked('three').reverse().reverse(), ok: ['-p icmp -j ACCEPT'] }));
    const [lost, passed] = await Promise.all([bad.end(), good.end()]);
    expect(lost.sent).toBeGreaterThan(20);
    expect(lost.received).toBe(0);
    expect(passed.sent).toBeGreaterThan(20);
    // The last one may be on its way.
    expect(passed.sent - passed.received).toBeLessThanOrEqual(1);
  });
});

describe('security of ports', () => {
  test('case 18: one rule removed and another added is one delete and one insert, and the right ones', async () => {
    const site = makeSite('nft');
    const rules = [1, 2, 3, 4, 5, 6].map((last) => `-s 10.0.0.${last}/32 -j ACCEPT`);
    await site.become(filter({ INPUT: rules }, 'family: ipv4\n'));
    const sent = await site.become(
      filter(
        { INPUT: [...rules.slice(0, 1), ...rules.slice(2, 5), '-p esp -j DROP', ...rules.slice(5)] },
        'family: ipv4\n',
      ),
    );
    expect(sent.split('\n').filter((line) => line.startsWith('-'))).toEqual([
      '-D fw-INPUT 2',
      '-I fw-INPUT 5 -p esp -j DROP',
    ]);
  });

  test('case 19: the order in the kernel is the order that is asked for, also when it is turned round', async () => {
    const site = makeSite('legacy');
    const rules = [1, 2, 3, 4, 5, 6, 7].map((last) => `-s 10.0.0.${last}/32 -j DROP`);
    const inKernel = () =>
      site
        .rules('filter')
        .slice(1)
        .map((line) => line.slice('-A fw-INPUT '.length));
    for (const wanted of [
      rules,
      [...rules.slice(0, 2), '-s 10.9.9.9/32 -j DROP', ...rules.slice(4)],
      [...rules].reverse(),
    ]) {
      await site.become(filter({ INPUT: wanted }));
      expect(inKernel()).toEqual(wanted);
    }
  });

  test('case 20: a rule of two groups is in the kernel as often as it is written, and once in a chain that both share', async () => {
    const site = makeSite('legacy');
    const web = rule('port: p1, protocol: tcp, ports: 80, peers: 10.0.0.0/8');
    await site.become(`use:\n${web}${web}${port('p1')}`);
    const twice = site.rules('filter').filter((line) => line.includes('--dport 80'));
    expect(twice).toEqual(Array(2).fill('-A fw-allow-in-p1 -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j RETURN'));
    const shared = { INPUT: ['-i tap1 -j web', '-i tap2 -j web'], web: ['-s 10.0.0.0/8 -p tcp --dport 80 -j ACCEPT'] };
    await site.become(filter(shared));
    expect(site.rules('filter').filter((line) => line.includes('--dport 80'))).toHaveLength(1);
  });

  test('case 21: a port that is not there is no trouble to remove, and leaves nothing when it goes', async () => {
    const site = makeSite('nft');
    await site.become(`use:\n${port('p1')}`);
    const before = FAMILIES.map((family) => saved(site.name, 'nft', family));
    site.write(`use:\n${port('p1')}`);
    await site.settled();
    await site.become(`use:\n${port('p1')}${rule('port: p2, protocol: tcp, peers: 10.0.0.0/8')}${port('p2')}`);
    await site.become(`use:\n${port('p1')}`);
    expect(FAMILIES.map((family) => saved(site.name, 'nft', family))).toEqual(before);
  });

  test('case 22: any number of edits before an apply are one change, and a broken one in between ends nothing', async () => {
    const site = makeSite('legacy');
    await site.become(`use:\n${port('p1')}`);
    site.write(`use:\n${port('p1', 'egress: false')}`);
    expect(await site.refuses(`use:\n${rule('port: p1, protocol: [tcp], prots: 80')}${port('p1')}`)).not.toEqual([]);
    const sent = await site.become(`use:\n${rule('port: p1, protocol: tcp, ports: 80, peers: 10.0.0.9')}${port('p1')}`);
    expect(sent.split('\n').filter((line) => line.startsWith('-'))).toEqual([
      '-I fw-allow-in-p1 1 -s 10.0.0.9/32 -p tcp -m tcp --dport 80 -j RETURN',
    ]);
  });

  test.each(['nft', 'legacy'] as const)(
    'case 25: a protocol by number and by name is the same rule (%s)',
    async (backend) => {
      const site = makeSite(backend);
      const names = ['tcp', 'udp', 'icmp', 'sctp', 'esp', 'ah', 'gre', 'igmp', 'vrrp', 'ospf', 'ipencap', 'udplite'];
      const numbers = [6, 17, 1, 132, 50, 51, 47, 2, 112, 89, 4, 136];
      await site.become(filter({ INPUT: names.map((name) => `-s 10.0.0.0/8 -p ${name} -j ACCEPT`) }));
      site.write(filter({ INPUT: numbers.map((number) => `-s 10.0.0.0/8 -p ${number} -j ACCEPT`) }));
      await site.settled();
    },
  );

  test('case 24: false addresses are dropped, groups and answers pass, the rest does not', async () => {
    const { host, vm1, vm2 } = await makeMachines();
    const site = makeSite('nft', host);
    const state = (members: string, allowed = '') =>
      `sets:\n  members: {type: hash:ip, entries: [${members}]}\nuse:\n` +
      `${rule('port: vm2, protocol: tcp, ports: 80, group: members')}` +
      `${rule("port: vm2, protocol: udp, ports: '81:90', peers: 10.77.0.0/24")}${allowed}${port('vm1')}${port('vm2', 'egress: false')}`;
    const vm2At = (protocol: 'tcp' | 'udp', port: number, more = {}) => ({
      protocol,
      address: '10.77.0.12',
      port,
      ...more,
    });
    await expectAnswers([vm1, vm2At('tcp', 80), true], [vm1, vm2At('tcp', 81), true], [vm1, vm2At('udp', 81), true]);
    await site.become(state('10.77.0.13'));
    await expectAnswers([vm1, vm2At('tcp', 80), false], [vm1, vm2At('tcp', 81), false], [vm1, vm2At('udp', 81), true]);
    // Neighbours find each other over IPv6, also where ping is closed.
    expectPing(vm1, 'fd77::12', false);
    await answerOn(vm2, [68]);
    await site.become(state('10.77.0.13, 10.77.0.11', rule("port: vm2, protocol: icmpv6, peers: 'fd77::/64'")));
    expectPing(vm1, 'fd77::12', true);
    expectPing(vm2, 'fd77::11', false);
    await expectAnswers(
      [vm1, vm2At('tcp', 80), true],
      [vm1, vm2At('tcp', 81), false],
      [vm1, vm2At('udp', 80), false],
      // vm2 may answer, and begin nothing. The host is behind the same rules.
      [vm2, { address: '10.77.0.11', port: 80 }, false],
      [vm2, { address: '10.77.0.1', port: 80 }, false],
      [vm1, { address: '10.77.0.1', port: 80 }, '10.77.0.11'],
      // A port that plays the DHCP server is stopped on its way out, not in.
      [vm1, vm2At('udp', 68, { localPort: 67 }), false],
    );
    // Another machine's address, and then another machine's hardware address.
    ip(`-n ${vm1} address add 10.77.0.13/24 dev eth0`);
    await expectAnswers([vm1, vm2At('udp', 81), true], [vm1, vm2At('udp', 81, { localAddress: '10.77.0.13' }), false]);
    ip(`-n ${vm1} link set eth0 address fa:16:3e:00:00:09`);
    await expectAnswers([vm1, vm2At('udp', 81), false]);
    await site.become(
      state(
        '10.77.0.11',
        `  - {template: port-address, with: {port: vm1, mac: 'fa:16:3e:00:00:09', addresses: 10.77.0.11}}\n`,
      ),
    );
    await expectAnswers([vm1, vm2At('udp', 81), true]);
    expect(site.rules('filter', 'ipv6')).toEqual(
      expect.arrayContaining([
        '-A fw-in-vm2 -p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN',
        '-A fw-from-vm1 -p ipv6-icmp -m icmp6 --icmpv6-type 134 -j DROP',
        '-A fw-from-vm1 -p udp -m udp --sport 547 --dport 546 -j DROP',
        '-A fw-in-vm2 -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
      ]),
    );
  });

  test('case 26: a rule for VRRP with a port is refused at its place, with the use that led there', async () => {
    const site = makeSite('nft');
    const vrrp = (ports: string) => `use:\n${rule(`port: p1, protocol: vrrp, peers: 10.0.0.0/8${ports}`)}${port('p1')}`;
    await site.become(vrrp(''));
    expect(site.rules('filter')).toContain('-A fw-allow-in-p1 -s 10.0.0.0/8 -p vrrp -j RETURN');
    expect(await site.refuses(vrrp(', ports: 80'))).toMatchObject([
      { code: 'kernel.rejected', at: '--dport', said: expect.stringContaining('--dport') },
    ]);
  });
});
