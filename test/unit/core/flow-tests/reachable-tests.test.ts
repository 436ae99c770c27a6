import { expect, test } from 'vitest';
import { testsOf } from '../../../../src/core/flow-tests/reachable-tests.ts';

const asked = (flow: string, path: 'INPUT' | 'FORWARD' | 'OUTPUT' = 'INPUT') =>
  testsOf({ reachable: [{ namespaces: [{ kind: 'host' }], path, flow, origin: 'a.yaml:3' }] }).flatMap(
    ({ expectations }) => expectations.map((one) => `${one.kind} ${one.path} ${one.flow}`),
  );

test('a flow that must get through begins, goes on, and is answered', () => {
  expect(asked('tcp 203.0.113.0/24 -> 192.0.2.1 port 9100 in eth0')).toEqual([
    'allow INPUT tcp 203.0.113.0/24 -> 192.0.2.1 port 9100 in eth0',
    'allow INPUT tcp 203.0.113.0/24 -> 192.0.2.1 port 9100 in eth0 state ESTABLISHED',
    'allow OUTPUT tcp 192.0.2.1 port 9100 -> 203.0.113.0/24 out eth0 state ESTABLISHED',
  ]);
  expect(asked('udp any -> 192.0.2.53 port 53 in lan0 out wan0 through host', 'FORWARD')[2]).toBe(
    'allow FORWARD udp 192.0.2.53 port 53 -> any in wan0 out lan0 state ESTABLISHED through host',
  );
  expect(asked('icmp any -> any type echo-request')[2]).toBe('allow OUTPUT icmp any -> any state ESTABLISHED');
  expect(asked('tcp any -> port 22 state NEW')).toEqual(['allow INPUT tcp any -> port 22 state NEW']);
});

test('a flow of IPv6 to this host or from it has to find its next hop, both ways', () => {
  expect(asked('tcp 2001:db8:7::/64 -> 2001:db8::1 port 9100 in eth0').slice(3)).toEqual([
    'allow-if INPUT icmpv6 fe80::/10 -> ff02::1:ff00:1 in eth0 type neighbour-solicitation state UNTRACKED',
    'allow-if INPUT icmpv6 fe80::/10 -> 2001:db8::1 in eth0 type neighbour-solicitation state UNTRACKED',
    'allow-if INPUT icmpv6 fe80::/10 -> 2001:db8::1 in eth0 type neighbour-advertisement state UNTRACKED',
    'allow-if OUTPUT icmpv6 2001:db8::1 -> ff02::1:ff00:0/104 out eth0 type neighbour-solicitation state UNTRACKED',
    'allow-if OUTPUT icmpv6 2001:db8::1 -> fe80::/10 out eth0 type neighbour-solicitation state UNTRACKED',
    'allow-if OUTPUT icmpv6 2001:db8::1 -> fe80::/10 out eth0 type neighbour-advertisement state UNTRACKED',
  ]);
  expect(asked('tcp any -> port 22 ipv6')[4]).toBe(
    'allow-if INPUT icmpv6 fe80::/10 -> !ff00::/8 type neighbour-solicitation state UNTRACKED',
  );
  expect(asked('udp any -> 2001:db8::53 port 53 out eth0', 'OUTPUT')[3]).toBe(
    'allow-if INPUT icmpv6 fe80::/10 -> ff02::1:ff00:0/104 in eth0 type neighbour-solicitation state UNTRACKED',
  );
  expect(asked('tcp ::1 -> ::1 port 25')).toHaveLength(3);
  expect(asked('tcp any -> port 25 in lo')).toHaveLength(3);
  expect(asked('udp any -> 2001:db8::53 port 53 through host', 'FORWARD')).toHaveLength(3);
});
