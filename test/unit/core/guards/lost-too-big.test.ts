import { expect, test } from 'vitest';
import { warnSessionTooBig } from '../../../../src/core/guards/lost-too-big.ts';
import { parseSshConnection } from '../../../../src/core/packets/ssh-connection.ts';
import type { Family } from '../../../../src/core/rules/types.ts';
import { guardedPlan } from '../../../support/guarded-plan.ts';

const V4 = '198.51.100.7 50514 203.0.113.5 22';
const V6 = '2001:db8:1::7 50514 2001:db8::5 22';
const OPEN = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
const CLOSED = `:INPUT DROP\n${OPEN}`;

function warned(after: string, more: { before?: string; family?: Family; ssh?: string } = {}): readonly string[] {
  const { before = ':INPUT ACCEPT', family = 'ipv4', ssh = family === 'ipv4' ? V4 : V6 } = more;
  const plan = guardedPlan([{ family, table: 'filter', before, after }]);
  return warnSessionTooBig(plan, [], parseSshConnection(ssh)).map(({ message }) => message);
}

test('a session that loses the messages of path MTU discovery is told', () => {
  expect(warned(CLOSED)).toEqual([
    'Your SSH session loses path MTU messages (ICMP fragmentation-needed): they are dropped by policy of filter INPUT',
  ]);
  expect(warned(CLOSED, { family: 'ipv6' })).toEqual([
    'Your SSH session loses path MTU messages (ICMPv6 packet-too-big): they are dropped by policy of filter INPUT',
  ]);
  expect(warned(`${OPEN}\n-A INPUT -p icmp -j DROP`)).toHaveLength(1);
  expect(warned(`:INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n${OPEN}`)).toHaveLength(1);
  expect(warned(`${CLOSED}\n-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT`)).toHaveLength(1);
});

test.each<[name: string, after: string, more?: Parameters<typeof warned>[1]]>([
  ['RELATED gets in', `:INPUT DROP\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n${OPEN}`],
  ['the message gets in', `${CLOSED}\n-A INPUT -p icmp -m icmp --icmp-type 3/4 -j ACCEPT`],
  ['any of its type gets in', `${CLOSED}\n-A INPUT -p icmp -m icmp --icmp-type 3 -j ACCEPT`],
  ['a limit lets it in while it lasts', `${CLOSED}\n-A INPUT -p icmp -m limit --limit 5/sec -j ACCEPT`],
  ['it was dropped before', `${CLOSED}\n-A INPUT -s 192.0.2.1/32 -j ACCEPT`, { before: CLOSED }],
  ['the message gets in', `${CLOSED}\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 2 -j ACCEPT`, { family: 'ipv6' }],
  ['the session is on lo', CLOSED, { ssh: '127.0.0.1 50514 127.0.0.1 22' }],
])('nothing is told where %s', (_, after, more) => {
  expect(warned(after, more)).toEqual([]);
});
