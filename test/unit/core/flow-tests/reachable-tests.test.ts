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
