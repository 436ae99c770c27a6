import { expect, test } from 'vitest';
import { neededNeighbours } from '../../../../src/core/flow-tests/needed-neighbours.ts';
import type { Path } from '../../../../src/core/packets/types/traffic.ts';

const asked = (flow: string, path: Path = 'INPUT') =>
  neededNeighbours([{ namespaces: [{ kind: 'host' }], path, flow, origin: 'a.yaml:3' }]).flatMap(({ expectations }) =>
    expectations.map((one) => `${one.kind} ${one.path} ${one.flow}`),
  );

test('the other side of a flow may be a neighbour where its network fits on a link', () => {
  const found = asked('tcp 2001:db8:7::/64,2001:db8:8::/48 -> 2001:db8::1 port 9100 in eth0');
  expect(found).toHaveLength(6);
  expect(found[0]).toBe(
    'allow-if INPUT icmpv6 2001:db8:7::/64 -> ff02::1:ff00:1 in eth0 type neighbour-solicitation state UNTRACKED',
  );
  expect(asked('tcp any -> port 22')).toEqual([]);
  expect(asked('tcp 2001:db8:8::/48 -> port 22')).toEqual([]);
  expect(asked('tcp 10.0.0.0/8 -> port 22')).toEqual([]);
  expect(asked('tcp 2001:db8:7::1 -> port 22 state NEW')).toEqual([]);
});

test('a router has neighbours on both links of a flow through it', () => {
  const found = asked('tcp any -> 2001:db8::80 port 80 in wan0 out lan0', 'FORWARD');
  expect(found).toHaveLength(18);
  expect(found[0]).toBe(
    'allow-if INPUT icmpv6 fe80::/10 -> ff02::1:ff00:0/104 in wan0 type neighbour-solicitation state UNTRACKED',
  );
  expect(found[17]).toBe(
    'allow-if OUTPUT icmpv6 fe80::/10 -> 2001:db8::80 out lan0 type neighbour-advertisement state UNTRACKED',
  );
});
