import { describe, expect, test } from 'vitest';
import { compareTraffic } from '../../../../src/core/packets/traffic/compare-traffic.ts';
import { firewallOf, pathOf, printFlow, type Texts, trafficOf } from '../../../support/traffic.ts';

const tcp = (port: number, target = 'ACCEPT') => `-p tcp -m tcp --dport ${port} -j ${target}`;
/** INPUT with the policy DROP. */
const input = (...rules: readonly string[]) => `:INPUT DROP\n${rules.map((rule) => `-A ${rule}`).join('\n')}`;
const forward = (...rules: readonly string[]) => input(...rules).replace(':INPUT', ':FORWARD');
const lines = (...rules: readonly string[]) => rules.map((rule) => `-A ${rule}`).join('\n');

describe('what a change does to traffic', () => {
  test('RETURN in a base chain is the policy', () => {
    const accepts = `INPUT ${tcp(22)}`;
    expect(trafficOf({ filter: input('INPUT -s 10.0.0.0/8 -j RETURN', accepts) }, { filter: input(accepts) })).toEqual([
      'opened: tcp 10.0.0.0/8 -> any port 22',
      '  drop by filter INPUT => accept by filter INPUT 1 because of before filter INPUT 1',
    ]);
  });

  test('goto does not come back to its own chain', () => {
    const rules = (how: string) => [
      'INPUT -j a',
      `INPUT ${tcp(80)}`,
      `a -p tcp ${how} b`,
      'a -j DROP',
      'b -s 10.0.0.0/8 -j ACCEPT',
    ];
    expect(trafficOf({ filter: input(...rules('-j')) }, { filter: input(...rules('-g')) })).toEqual([
      'opened: tcp !10.0.0.0/8 -> any port 80',
      '  drop by filter a 2 => accept by filter INPUT 2 because of after filter a 1',
    ]);
  });

  test('a rule behind nat is met by what nat sends to it, whatever its destination was', () => {
    const nat = lines('PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8080');
    const before = { nat, filter: forward('FORWARD -d 10.0.0.0/8 -j ACCEPT') };
    const after = {
      nat,
      filter: forward('FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 8080 -j DROP', 'FORWARD -d 10.0.0.0/8 -j ACCEPT'),
    };
    expect(trafficOf(before, after, { path: 'FORWARD' })).toContain('closed: tcp any -> 192.0.2.1 port 80');
  });

  test('a rule behind mangle OUTPUT is met by what is routed anew, whatever interface it was to go out by', () => {
    const mangle = lines('OUTPUT -o eth0 -j MARK --set-xmark 0x1/0xffffffff');
    const filter = (...rules: readonly string[]) => input(...rules).replace(':INPUT', ':OUTPUT');
    const before = { mangle, filter: filter('OUTPUT -j ACCEPT') };
    const after = { mangle, filter: filter('OUTPUT -o eth1 -j DROP', 'OUTPUT -j ACCEPT') };
    expect(trafficOf(before, after, { path: 'OUTPUT' }).join('\n')).toContain('closed: any out eth0,eth1 any -> any');
  });

  test('what will be forwarded has no interface to go out by before it is routed', () => {
    const change = (rule: string, path: 'FORWARD' | 'INPUT') =>
      trafficOf(
        { filter: forward('FORWARD -j ACCEPT') },
        {
          mangle: `:a -\n${lines('PREROUTING -j a', `a ${rule} -j DROP`)}`,
          filter: forward('FORWARD -j ACCEPT'),
        },
        { path },
      );
    expect(change('-o eth0', 'FORWARD')).toEqual([]);
    expect(change('! -o eth0 -p tcp', 'FORWARD').join('\n')).toContain('closed: tcp any -> any\n');
    expect(
      trafficOf(
        { filter: forward('FORWARD -j ACCEPT') },
        { filter: forward('FORWARD -o eth0 -j DROP', 'FORWARD -j ACCEPT') },
        { path: 'FORWARD' },
      ).join('\n'),
    ).toContain('closed: any out eth0 any -> any');
  });

  test('a mask with holes is printed with its mask', () => {
    const before = { filter: input('INPUT -s 10.0.0.1/255.0.0.255 -j ACCEPT') };
    const [flow, ...others] = trafficOf(before, { filter: input('INPUT -s 10.0.0.1/255.255.0.255 -j ACCEPT') });
    const masks = [1, 2, 4, 8, 16, 32, 64, 128].map((bit) => `10.${bit}.0.1/255.${256 - bit}.0.255`);
    expect(flow).toBe(`closed: any ${masks.join(',')} -> any`);
    expect(others).toEqual(['  accept by filter INPUT 1 => drop by filter INPUT because of before filter INPUT 1']);
  });

  test('interfaces are told apart by the names and prefixes that rules have', () => {
    const before = { filter: input('INPUT -i vlan1+ -j ACCEPT') };
    const after = { filter: input('INPUT -i vlan10 -j DROP', 'INPUT ! -i eth+ -j ACCEPT') };
    expect(trafficOf(before, after)).toEqual([
      'opened: any in !eth+,!vlan1+ any -> any',
      '  drop by filter INPUT => accept by filter INPUT 2 because of after filter INPUT 2',
      'closed: any in vlan10 any -> any',
      '  accept by filter INPUT 1 => drop by filter INPUT 1 because of after filter INPUT 1',
    ]);
  });

  test('the same written otherwise changes nothing', () => {
    const before = lines(
      'INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT',
      'INPUT -s 10.0.0.0/8 -j ACCEPT',
      'INPUT -j DROP',
    );
    const after = input(
      'INPUT -s 10.128.0.0/9 -j ACCEPT',
      `INPUT ${tcp(443)}`,
      `INPUT ${tcp(80)}`,
      'INPUT -s 10.0.0.0/9 -j ACCEPT',
      'INPUT -j DROP',
    );
    expect(pathOf({ filter: before }, { filter: after })).toMatchObject({
      claim: { kind: 'exact' },
      regions: [],
      noEffect: true,
    });
  });

  test('two equal limits are two questions', () => {
    const limit = 'INPUT -p icmp -m limit --limit 5/sec -j ACCEPT';
    const before = { filter: input(limit, limit) };
    const after = { filter: input('INPUT -s 10.0.0.0/8 -p icmp -j DROP', limit, limit) };
    expect(trafficOf(before, after)).toEqual([
      'closed: icmp 10.0.0.0/8 -> any where limit 5/sec of filter INPUT 2 matches',
      'closed: icmp 10.0.0.0/8 -> any where limit 5/sec of filter INPUT 3 matches',
      '  accept by filter INPUT 1 and 1 more => drop by filter INPUT 1 because of after filter INPUT 1',
    ]);
    expect(pathOf(before, after).questions).toEqual(['limit 5/sec of filter INPUT 2', 'limit 5/sec of filter INPUT 3']);
  });

  test('what asks for established connections changes running ones only', () => {
    const before = { filter: input('INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', `INPUT ${tcp(22)}`) };
    const after = { filter: input('INPUT -m conntrack --ctstate ESTABLISHED -j DROP', `INPUT ${tcp(22)}`) };
    expect(pathOf(before, after)).toMatchObject({ regions: [], noEffect: true });
    expect(trafficOf(before, after, { connections: 'running' })).toEqual([
      'closed: any any -> any state ESTABLISHED',
      '  accept by filter INPUT 1 => drop by filter INPUT 1 because of after filter INPUT 1',
      'closed: any any -> any port !22 state RELATED',
      'closed: !tcp any -> any state RELATED',
      '  accept by filter INPUT 1 => drop by filter INPUT because of before filter INPUT 1',
    ]);
  });

  test('NOTRACK takes the state away that a rule of another table asks for', () => {
    const filter = input('INPUT -m conntrack --ctstate NEW -j ACCEPT');
    const after = { filter, raw: '-A PREROUTING -p tcp -m tcp --dport 80 -j CT --notrack' };
    expect(trafficOf({ filter }, after)).toEqual([
      'closed: tcp in !lo any -> any port 80',
      '  accept by filter INPUT 1 => drop by filter INPUT because of after raw PREROUTING 1',
    ]);
  });

  test('multiport --ports is either side, and its negation neither', () => {
    const before = { filter: input('INPUT -p udp -m multiport --ports 53 -j ACCEPT') };
    const after = {
      filter: input('INPUT -p udp -m multiport ! --ports 53 -j DROP', 'INPUT -p udp -m udp --dport 53 -j ACCEPT'),
    };
    expect(trafficOf(before, after)).toEqual([
      'closed: udp any port 53 -> any port !53',
      '  accept by filter INPUT 1 => drop by filter INPUT because of before filter INPUT 1',
    ]);
  });

  test('behind DNAT rules see the new destination', () => {
    const filter = forward(
      'FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 8443 -j ACCEPT',
      'FORWARD -d 203.0.113.5/32 -j DROP',
    );
    const nat = (to: string) =>
      `-A PREROUTING -d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination ${to}:8443`;
    const changed = trafficOf({ filter, nat: nat('10.0.0.5') }, { filter, nat: nat('10.0.0.6') }, { path: 'FORWARD' });
    expect(changed).toEqual([
      'closed: tcp any -> 203.0.113.5 port 443',
      '  accept to 10.0.0.5:8443 by filter FORWARD 1 => drop by filter FORWARD because of after nat PREROUTING 1',
    ]);
  });

  test('a mark that mangle sets decides in filter', () => {
    const filter = forward('FORWARD -m mark --mark 0x10/0xf0 -j ACCEPT');
    const sets = 'PREROUTING -s 10.0.0.0/8 -j MARK --set-xmark 0x11/0xff';
    const after = { filter, mangle: lines(sets, 'PREROUTING -s 10.1.0.0/16 -j MARK --set-xmark 0x20/0xf0') };
    expect(trafficOf({ filter, mangle: lines(sets) }, after, { path: 'FORWARD' })).toEqual([
      'closed: any 10.1.0.0/16 -> any',
      '  accept by filter FORWARD 1 => drop by filter FORWARD because of after mangle PREROUTING 2',
    ]);
  });

  test('a hole in a set is a hole in what is accepted', () => {
    const before = { filter: input('INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT') };
    const filter = input('INPUT -p tcp -m set --match-set mgmt src -m tcp --dport 22 -j ACCEPT');
    const entries = ['10.0.0.0/8', '10.1.0.0/16 nomatch', '10.1.2.0/24'];
    const sets = [
      { name: 'mgmt', header: 'hash:net family inet hashsize 1024 maxelem 65536', entries, changes: false },
    ];
    expect(trafficOf(before, { filter, sets })).toEqual([
      'closed: tcp 10.1.0.0/23,10.1.3.0-10.1.255.255 -> any port 22',
      '  accept by filter INPUT 1 => drop by filter INPUT because of before filter INPUT 1',
    ]);
  });

  test('what a set holds changes traffic without a changed text', () => {
    const filter = input('INPUT -m set --match-set mgmt src -j ACCEPT');
    const sets = (...entries: readonly string[]) => [
      { name: 'mgmt', header: 'hash:ip family inet hashsize 1024 maxelem 65536', entries, changes: false },
    ];
    expect(trafficOf({ filter, sets: sets('10.0.0.1', '10.0.0.9') }, { filter, sets: sets('10.0.0.1') })).toEqual([
      'closed: any 10.0.0.9 -> any',
      '  accept by filter INPUT 1 => drop by filter INPUT because of before filter INPUT 1',
    ]);
  });

  test('REDIRECT changes the port that filter sees', () => {
    const filter = input(`INPUT ${tcp(8080)}`);
    const nat = '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080';
    expect(trafficOf({ filter }, { filter, nat })).toEqual([
      'opened: tcp in !lo any -> any port 80',
      '  drop by filter INPUT => accept to this host:8080 by filter INPUT 1 because of after nat PREROUTING 1',
    ]);
  });

  test('ACCEPT ends its own table only', () => {
    const filter = `-A FORWARD ${tcp(22, 'DROP')}`;
    const drops = 'FORWARD -p tcp -j DROP';
    const before = { filter, mangle: lines('FORWARD -s 10.0.0.0/8 -j ACCEPT', drops) };
    expect(trafficOf(before, { filter, mangle: lines(drops) }, { path: 'FORWARD' })).toEqual([
      'closed: tcp 10.0.0.0/8 -> any port !22',
      '  accept by filter FORWARD => drop by mangle FORWARD 1 because of before mangle FORWARD 1',
    ]);
  });

  test('neighbour solicitations are untracked, so NEW does not let them in', () => {
    const isNew = 'INPUT -p ipv6-icmp -m conntrack --ctstate NEW -j ACCEPT';
    const before = { filter: input('INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT', isNew) };
    expect(trafficOf(before, { filter: input(isNew) }, { family: 'ipv6' })).toEqual([
      'closed: icmpv6 any -> any icmp 135',
      '  accept by filter INPUT 1 => drop by filter INPUT because of before filter INPUT 1',
    ]);
  });

  test('untracked packets are not translated', () => {
    const nat = '-A PREROUTING -p udp -j DNAT --to-destination 10.1.2.200';
    const filter = '-A FORWARD -d 10.1.2.200/32 -j DROP';
    const before = { nat, filter, raw: '-A PREROUTING -s 198.51.100.7/32 -j CT --notrack' };
    expect(trafficOf(before, { nat, filter }, { path: 'FORWARD' })).toEqual([
      'closed: udp 198.51.100.7 -> !10.1.2.200',
      '  accept by filter FORWARD => drop by filter FORWARD 1 because of before raw PREROUTING 1',
    ]);
  });

  test('what takes too many nodes is at most the changed rules and policies, and effect is not denied', () => {
    const rules = Array.from({ length: 60 }, (_, at) => `INPUT -s 10.${at}.0.0/16 -d 10.0.${at}.0/24 -j DROP`);
    const [before, after] = [firewallOf({ filter: lines(...rules) }), firewallOf({ filter: input(...rules) })];
    const [found] = compareTraffic(before, after, { nodes: 100 });
    expect(found).toMatchObject({ claim: { kind: 'at-most', nodes: 100 }, noEffect: false });
    expect(found?.regions.map(({ rule }) => [rule.chain, rule.text, rule.side])).toEqual([
      ['INPUT', 'ACCEPT', 'before'],
      ['INPUT', 'DROP', 'after'],
    ]);
  });

  test('running connections that may be translated are not judged where rules ask for addresses before nat', () => {
    const nat = '-A PREROUTING -d 203.0.113.5/32 -j DNAT --to-destination 10.0.0.5';
    const filter = forward('FORWARD -m mark --mark 0x1 -d 10.0.0.5/32 -j ACCEPT');
    const mangle = (port: number) =>
      `-A PREROUTING -d 203.0.113.5/32 -p tcp -m tcp --dport ${port} -j MARK --set-xmark 0x1/0x1`;
    const asked = { path: 'FORWARD', connections: 'running' } as const;
    expect(pathOf({ nat, filter, mangle: mangle(80) }, { nat, filter, mangle: mangle(443) }, asked)).toMatchObject({
      claim: { kind: 'not-judged' },
      noEffect: false,
    });
    const plain = forward('FORWARD -d 10.0.0.5/32 -j ACCEPT');
    expect(trafficOf({ nat, filter: plain }, { nat, filter: forward('FORWARD -j ACCEPT') }, asked)).toEqual([
      // What is RELATED and no error is a connection of its own, which nat is asked for.
      'opened: any any -> !10.0.0.5,!203.0.113.5',
      'opened: icmp any -> !10.0.0.5',
      'opened: any any -> !10.0.0.5 state ESTABLISHED',
      '  drop by filter FORWARD => accept by filter FORWARD 1 because of after filter FORWARD 1',
    ]);
  });

  test('where conntrack begins to follow connections, running ones are new to it: no change only where that decides nothing', () => {
    const states = 'INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';
    const accepts = { filter: `:INPUT ACCEPT\n-A INPUT ${tcp(22)}` };
    const drops = { filter: input(`INPUT ${tcp(22)}`) };
    const translates = { ...drops, nat: lines('PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 22') };
    const running = (before: Texts, after: Texts) => pathOf(before, after, { connections: 'running' });
    const begins = { kind: 'not-judged', because: 'the kernel begins to track connections with this change' };
    // The verdict of a connection that is taken for new depends on which side speaks first.
    expect(running(accepts, { filter: input(states, `INPUT ${tcp(22)}`) }).claim).toEqual(begins);
    expect(running(drops, { filter: input(states, `INPUT ${tcp(22)}`) }).claim).toEqual(begins);
    expect(running(drops, translates).claim).toEqual(begins);
    const alike = running(accepts, { filter: `:INPUT ACCEPT\n-A ${states}\n-A INPUT ${tcp(22)}` });
    expect(alike).toMatchObject({ claim: { kind: 'exact' }, regions: [], noEffect: false });
  });

  test('where conntrack ceases to follow connections, those that were translated are not judged', () => {
    const drops = { filter: input(`INPUT ${tcp(22)}`) };
    const asks = { filter: input('INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', `INPUT ${tcp(22)}`) };
    const nat = lines('PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 22');
    const running = (before: Texts, after: Texts) => pathOf(before, after, { connections: 'running' });
    expect(running(asks, drops)).toMatchObject({ claim: { kind: 'exact' }, noEffect: false });
    expect(running(asks, drops).regions).not.toEqual([]);
    expect(running({ ...drops, nat }, drops).claim).toMatchObject({ kind: 'not-judged' });
    expect(running({ ...asks, nat }, asks).claim.kind).toBe('exact');
  });

  test('an unknown target that changed packets come to is not judged', () => {
    const before = { filter: input('INPUT -p tcp -j TARPIT') };
    expect(pathOf(before, { filter: input(`INPUT ${tcp(22)}`, 'INPUT -p tcp -j TARPIT') }).claim.kind).toBe(
      'not-judged',
    );
    expect(pathOf(before, { filter: input('INPUT -p udp -j ACCEPT', 'INPUT -p tcp -j TARPIT') }).claim.kind).toBe(
      'exact',
    );
  });

  test('a namespace without conntrack forwards later fragments, in which nft reads ports and legacy does not', () => {
    const moved = (rule: string, more = '') => {
      const texts = { filter: lines(rule), ...(more === '' ? {} : { raw: more }) };
      const all = compareTraffic(firewallOf(texts, 'ipv4', 'legacy'), firewallOf(texts, 'ipv4', 'nft'), {
        nodes: 10_000,
      });
      const found = all.find(({ path, connections }) => path === 'FORWARD' && connections === 'new');
      return found?.regions.flatMap(({ effect, flows }) => flows.map((flow) => `${effect}: ${printFlow(flow)}`));
    };
    expect(moved('FORWARD -p udp -m udp --dport 22 -j DROP')).toEqual([
      'closed: udp any -> any port 22 later fragment 1',
    ]);
    expect(moved('FORWARD -p udp -m udp ! --dport 53 -j DROP')).toEqual([
      'closed: udp any -> any port !53 later fragment 1',
    ]);
    expect(moved('FORWARD -p udp -m multiport ! --dports 53 -j DROP')).toEqual([]);
    expect(moved('FORWARD -p udp -j DROP')).toEqual([]);
    const tracked = '-A PREROUTING -m conntrack --ctstate INVALID -j DROP';
    expect(moved('FORWARD -p udp -m udp --dport 22 -j DROP', tracked)).toEqual([]);
  });

  test('the same rules on the other backend are the same', () => {
    const texts = { filter: input(`INPUT ${tcp(22)}`, 'INPUT -s 10.0.0.0/8 -j ACCEPT') };
    const all = compareTraffic(firewallOf(texts, 'ipv4', 'legacy'), firewallOf(texts, 'ipv4', 'nft'), {
      nodes: 10_000,
    });
    expect(all.map(({ claim, regions, noEffect }) => [claim.kind, regions.length, noEffect])).toEqual(
      all.map(() => ['exact', 0, true]),
    );
  });

  test('a reject instead of a drop is another outcome, not an opening', () => {
    expect(
      trafficOf(
        { filter: input('INPUT -p udp -j DROP') },
        { filter: input('INPUT -p udp -j REJECT --reject-with icmp-port-unreachable') },
      ),
    ).toEqual([
      'other: udp any -> any',
      '  drop by filter INPUT 1 => reject icmp-port-unreachable by filter INPUT 1 because of after filter INPUT 1',
    ]);
  });

  test('another rate, mark or TTL is an effect without a change of verdict', () => {
    const effect = (before: string, after: string) => pathOf({ mangle: before }, { mangle: after }).noEffect;
    expect(effect('', '-A INPUT -p tcp -j MARK --set-xmark 0x1/0x1')).toBe(false);
    expect(effect('', '-A INPUT -p tcp -j TTL --ttl-set 9')).toBe(false);
    expect(effect('', '-A INPUT -p tcp -m limit --limit 5/sec -j LOG')).toBe(false);
    expect(effect('', '-A INPUT -p tcp -j LOG')).toBe(true);
    expect(
      effect(
        '-A INPUT -p tcp -j MARK --set-xmark 0x1/0x1',
        '-A INPUT -p tcp -j MARK --set-xmark 0x1/0x1\n-A INPUT -p tcp -j MARK --set-xmark 0x1/0x1',
      ),
    ).toBe(true);
  });
});
