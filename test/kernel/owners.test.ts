import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply, plan } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { shippedPorts } from '../support/shipped-ports.ts';
import { filter, makeSite } from '../support/site.ts';

const INPUT = ['-s 10.0.0.0/8 -j web'];

function owned(owner: string, hook = 'first'): string {
  return filter({ INPUT, web: ['-j DROP'] }, `owner: ${owner}\nhook: ${hook}\n`);
}

describe('who owns what', () => {
  const jumps = (rules: readonly string[], chain = 'INPUT') =>
    rules.filter((rule) => rule.startsWith(`-A ${chain} `)).map((rule) => rule.slice(`-A ${chain} `.length));

  test('owners of one state stand in the order of its documents, whichever was there before', async () => {
    const site = makeSite('legacy');
    load(site.name, 'legacy', 'ipv4', '*filter\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n');
    await site.become(owned('two'), 'b.yaml');
    await site.become(owned('end', 'last'), 'c.yaml');
    await site.become(owned('one'), 'a.yaml');
    const wanted = ['-j one-INPUT', '-j two-INPUT', '-i lo -j ACCEPT', '-j end-INPUT'];
    expect(jumps(site.rules('filter'))).toEqual(wanted);
    const iptables = 'iptables-legacy';
    for (const words of [
      ['-D', 'INPUT', '-j', 'one-INPUT'],
      ['-A', 'INPUT', '-j', 'one-INPUT'],
      ['-I', 'INPUT', '-s', '192.0.2.1', '-j', 'DROP'],
      ['-A', 'INPUT', '-s', '192.0.2.2', '-j', 'DROP'],
    ]) {
      expect(inNamespace(site.name, iptables, ['-w', ...words]).status).toBe(0);
    }
    await site.become(owned('one'), 'a.yaml');
    expect(jumps(site.rules('filter'))).toEqual([
      ...['-j one-INPUT', '-j two-INPUT', '-s 192.0.2.1/32 -j DROP', '-i lo -j ACCEPT', '-s 192.0.2.2/32 -j DROP'],
      '-j end-INPUT',
    ]);
  });

  test('owners of two states that both want to be first come to rest, in whatever order they apply', async () => {
    const name = makeNamespace();
    const [one, two] = [makeSite('nft', name), makeSite('nft', name)];
    await one.become(owned('one'));
    await two.become(owned('two'));
    await one.settled();
    expect(inNamespace(name, 'iptables-nft', ['-w', '-I', 'INPUT', '-s', '192.0.2.1', '-j', 'DROP']).status).toBe(0);
    await one.become(owned('one'));
    await two.become(owned('two'));
    await one.settled();
    await two.settled();
    expect(jumps(one.rules('filter')).at(-1)).toBe('-s 192.0.2.1/32 -j DROP');
    // What one of them gives up is no business of the other.
    await one.become('owner: one\ntables: {filter: {INPUT: []}}\n');
    expect(saved(name, 'nft', 'ipv4')).not.toContain('one-');
    await two.settled();
  });

  test('a chain that left the state goes also after a fresh start with an empty data folder', async () => {
    const site = makeSite('legacy');
    await site.become(filter({ INPUT: [...INPUT, '-j old'], web: ['-j DROP'], old: ['-j DROP'] }));
    site.write(filter({ INPUT, web: ['-j DROP'] }));
    const fresh = shippedPorts();
    await apply(site.state, fresh);
    expect(site.rules('filter').join('\n')).not.toContain('old');
    expect((await plan(site.state, shippedPorts())).plan.steps).toEqual([]);
    // The whole table, too, by an owner that is still named.
    site.write('tables: {raw: {PREROUTING: [-j ACCEPT]}}\n');
    await apply(site.state, shippedPorts());
    expect(site.rules('filter')).toEqual([]);
    expect((await plan(site.state, shippedPorts())).plan.steps).toEqual([]);
  });

  test('jumps to kept chains hold their places while the rules around them change', async () => {
    const site = makeSite('legacy');
    const kept =
      '*filter\n:INPUT ACCEPT\n:DOCKER-USER - [0:0]\n:f2b-sshd - [0:0]\n-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n-A INPUT -i lo -j ACCEPT\n' +
      '-A INPUT -p icmp -j ACCEPT\n-A INPUT -i br+ -j DOCKER-USER\n-A INPUT -p udp -j DROP\n-A f2b-sshd -s 192.0.2.5 -j DROP\n-A DOCKER-USER -j RETURN\nCOMMIT\n';
    load(site.name, 'legacy', 'ipv4', kept);
    const state = (...rules: readonly string[]) =>
      filter({ INPUT: rules }, 'family: ipv4\nownership: exclusive\nkeep: [DOCKER*, f2b-*]\n');
    const [ban, docker] = ['-p tcp -m multiport --dports 22 -j f2b-sshd', '-i br+ -j DOCKER-USER'];
    const rules = () => jumps(site.rules('filter'));
    await site.become(state('-i lo -j ACCEPT', '-p icmp -j ACCEPT', '-p udp -j DROP'));
    expect(rules()).toEqual([ban, '-i lo -j ACCEPT', '-p icmp -j ACCEPT', docker, '-p udp -j DROP']);
    await site.become(state('-i eth0 -j ACCEPT', '-i lo -j ACCEPT', '-p icmp -j ACCEPT', '-p tcp -j DROP'));
    expect(rules()).toEqual([
      ban,
      '-i eth0 -j ACCEPT',
      '-i lo -j ACCEPT',
      '-p icmp -j ACCEPT',
      docker,
      '-p tcp -j DROP',
    ]);
    await site.become(state('-p tcp -j DROP'));
    expect(rules()).toEqual([ban, docker, '-p tcp -j DROP']);
    expect(jumps(site.rules('filter'), 'f2b-sshd')).toEqual(['-s 192.0.2.5/32 -j DROP']);
    expect(jumps(site.rules('filter'), 'DOCKER-USER')).toEqual(['-j RETURN']);
  });

  test('an owner that no document names any more keeps its chains until it is named again', async () => {
    const site = makeSite('nft');
    await site.become(owned('one'), 'a.yaml');
    await site.become(owned('two'), 'b.yaml');
    rmSync(join(site.state, 'a.yaml'));
    await site.settled();
    expect(jumps(site.rules('filter'))).toEqual(['-j one-INPUT', '-j two-INPUT']);
    await site.become('owner: one\ntables: {filter: {INPUT: []}}\n', 'a.yaml');
    expect(jumps(site.rules('filter'))).toEqual(['-j two-INPUT']);
  });
});

test('rules beside a running Neutron agent live in its shared chain, and its rules stay', async () => {
  const name = makeNamespace('qrouter');
  const site = makeSite('nft', name);
  load(
    name,
    'nft',
    'ipv4',
    '*filter\n:neutron-filter-top - [0:0]\n:neutron-l3-agent-local - [0:0]\n-A FORWARD -j neutron-filter-top\n-A OUTPUT -j neutron-filter-top\n' +
      '-A neutron-filter-top -j neutron-l3-agent-local\nCOMMIT\n',
  );
  await site.become(
    'family: ipv4\ntables:\n  filter:\n    neutron-filter-top:\n      foreign: true\n      rules:\n        - -s 203.0.113.0/24 -j DROP\n',
  );
  expect(site.rules('filter')).toEqual([
    '-A FORWARD -j neutron-filter-top',
    '-A OUTPUT -j neutron-filter-top',
    '-A fw-neutron-filter-top -s 203.0.113.0/24 -j DROP',
    '-A neutron-filter-top -j fw-neutron-filter-top',
    '-A neutron-filter-top -j neutron-l3-agent-local',
  ]);
});
