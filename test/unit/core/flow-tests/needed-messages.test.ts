import { expect, test } from 'vitest';
import { neededMessages } from '../../../../src/core/flow-tests/needed-messages.ts';
import type { Path } from '../../../../src/core/packets/types/traffic.ts';

const asked = (flow: string, path: Path = 'INPUT') =>
  neededMessages([{ namespaces: [{ kind: 'host' }], path, flow, origin: 'a.yaml:3' }]).flatMap(({ expectations }) =>
    expectations.map((one) => `${one.kind} ${one.path} ${one.flow}`),
  );

test('each side of a flow has to learn that its packets are too large', () => {
  expect(asked('tcp 203.0.113.0/24 -> 192.0.2.1 port 9100 in eth0')).toEqual([
    'allow-if INPUT icmp 203.0.113.0/24 -> 192.0.2.1 in eth0 type fragmentation-needed state RELATED',
  ]);
  expect(asked('udp any -> 2001:db8::53 port 53 in lan0 out wan0', 'FORWARD')).toEqual([
    'allow-if FORWARD icmpv6 any -> 2001:db8::53 in lan0 out wan0 type packet-too-big state RELATED',
    'allow-if FORWARD icmpv6 2001:db8::53 -> any in wan0 out lan0 type packet-too-big state RELATED',
  ]);
  expect(asked('tcp any -> 192.0.2.9 port 443 out eth0', 'OUTPUT')).toEqual([
    'allow-if INPUT icmp 192.0.2.9 -> any in eth0 type fragmentation-needed state RELATED',
  ]);
  expect(asked('tcp any -> port 22')).toHaveLength(2);
  expect(asked('icmp any -> any type echo-request')).toEqual([]);
  expect(asked('tcp any -> port 22 state NEW')).toEqual([]);
});
