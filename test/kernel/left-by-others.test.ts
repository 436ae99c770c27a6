import { expect, test } from 'vitest';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';

const RULES = `*mangle
-A OUTPUT -p udp -j TTL --ttl-set 3
-A POSTROUTING -o lo -p udp -j MARK --set-xmark 0x7/0xffffffff
COMMIT
*filter
-A INPUT -i lo -m mark --mark 0x7
-A INPUT -i lo -m ttl --ttl-eq 3
-A INPUT -p udp -m conntrack --ctstate NEW -m connmark --mark 0x9
-A INPUT -p udp -m conntrack --ctstate NEW -j CONNMARK --set-xmark 0x9/0xffffffff
-A OUTPUT -p icmp -j DROP
COMMIT
`;

/** Two packets of one connection to this host itself, which nobody answers. */
const SEND = 'exec 3> /dev/udp/127.0.0.1/53; echo one >&3; echo two >&3';

test.each(['nft', 'legacy'] as const)('a packet finds what others left for it (%s)', (backend) => {
  const namespace = makeNamespace('left');
  inNamespace(namespace, 'ip', ['link', 'set', 'lo', 'up']);
  load(namespace, backend, 'ipv4', RULES);
  inNamespace(namespace, 'bash', ['-c', SEND]);
  const rules = saved(namespace, backend, 'ipv4', { counters: true });
  const counts = [...rules.matchAll(/^\[(\d+):\d+\] -A INPUT/gm)].map(([, packets]) => Number(packets));
  // The mark and the TTL of the way out, and of the first packet, which is answered by none, the mark of the connection.
  expect(counts).toEqual([2, 2, 1, 2]);
});
