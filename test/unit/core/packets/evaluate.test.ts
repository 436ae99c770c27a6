import { describe, expect, test } from 'vitest';
import { evaluate, type Verdict } from '../../../../src/core/packets/evaluate.ts';
import type { Packet } from '../../../../src/core/packets/packet.ts';
import { type SessionPackets, sessionPackets } from '../../../../src/core/packets/session-packets.ts';
import { tableOf } from '../../../support/table-of.ts';

const CLIENT = { clientAddress: '198.51.100.7', clientPort: 50514, serverAddress: '203.0.113.5', serverPort: 22 };
const V6 = { clientAddress: 'fe80::7%eth0', clientPort: 50514, serverAddress: 'fe80::5%eth0', serverPort: 22 };
const LOCAL = { ...CLIENT, clientAddress: '127.0.0.1', serverAddress: '127.0.0.1' };

type Which = keyof SessionPackets;
type Case = [rule: string, verdict: Verdict, which?: Which, ssh?: typeof CLIENT];

/** With the policy DROP a rule that accepts tells the whole answer of its matches: accept, drop (no match) or unknown. */
const MATCHES: Case[] = [
  ['-j ACCEPT', 'accept'],
  ['-s 198.51.100.0/24 -j ACCEPT', 'accept'],
  ['-s 198.51.101.0/24 -j ACCEPT', 'drop'],
  ['-s 198.51.100.7/32 -d 203.0.113.5/32 -j ACCEPT', 'accept'],
  ['! -s 198.51.100.0/24 -j ACCEPT', 'drop'],
  ['! -d 10.0.0.0/8 -j ACCEPT', 'accept'],
  ['-s 0.51.100.7/0.255.255.255 -j ACCEPT', 'accept'],
  ['-s 0.51.100.8/0.255.255.255 -j ACCEPT', 'drop'],
  ['-s gateway -j ACCEPT', 'unknown'],
  ['-s 2001:db8::/32 -j ACCEPT', 'unknown'],
  ['-s fe80::/10 -j ACCEPT', 'accept', 'opening', V6],
  ['-s fe80::7/128 -d fe80::5/128 -j ACCEPT', 'accept', 'opening', V6],
  ['! -s ::/0 -j ACCEPT', 'drop', 'opening', V6],
  ['-s 2001:db8::1/ffff:ffff:: -j ACCEPT', 'drop', 'opening', V6],
  ['-i lo -j ACCEPT', 'drop'],
  ['! -i lo -j ACCEPT', 'accept'],
  ['-i eth0 -j ACCEPT', 'unknown'],
  ['-i lo -j ACCEPT', 'accept', 'opening', LOCAL],
  ['-i l+ -j ACCEPT', 'accept', 'opening', LOCAL],
  ['-i eth0 -j ACCEPT', 'drop', 'opening', LOCAL],
  ['-i eth0 -j ACCEPT', 'accept', 'opening', V6],
  ['-i eth+ -j ACCEPT', 'accept', 'opening', V6],
  ['-o eth0 -j ACCEPT', 'drop'],
  ['! -o eth0 -j ACCEPT', 'accept'],
  ['-p tcp -j ACCEPT', 'accept'],
  ['-p udp -j ACCEPT', 'drop'],
  ['! -p icmp -j ACCEPT', 'accept'],
  ['-p 89 -j ACCEPT', 'drop'],
  ['-p tcp -m tcp --dport 22 -j ACCEPT', 'accept'],
  ['-p tcp -m tcp --dport 23 -j ACCEPT', 'drop'],
  ['-p tcp -m tcp --dport 20:22 -j ACCEPT', 'accept'],
  ['-p tcp -m tcp --dport 23: -j ACCEPT', 'drop'],
  ['-p tcp -m tcp ! --dport 22 -j ACCEPT', 'drop'],
  ['-p tcp -m tcp --sport 1024:65535 --dport 22 -j ACCEPT', 'accept'],
  ['-p tcp -m tcp --dport ssh -j ACCEPT', 'unknown'],
  ['-p udp -m udp --dport 22 -j ACCEPT', 'drop'],
  ['-p tcp -m multiport --dports 80,22,443 -j ACCEPT', 'accept'],
  ['-p tcp -m multiport --dports 80,443:500 -j ACCEPT', 'drop'],
  ['-p tcp -m multiport ! --dports 80,22 -j ACCEPT', 'drop'],
  ['-p tcp -m multiport --ports 50514 -j ACCEPT', 'accept'],
  ['-p tcp -m multiport --sports 22 -j ACCEPT', 'drop'],
  ['-m iprange --src-range 198.51.100.1-198.51.100.9 -j ACCEPT', 'accept'],
  ['-m iprange --src-range 198.51.100.8-198.51.100.9 -j ACCEPT', 'drop'],
  ['-m conntrack --ctstate NEW -j ACCEPT', 'accept'],
  ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'drop'],
  ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'accept', 'established'],
  ['-m conntrack ! --ctstate INVALID -j ACCEPT', 'accept'],
  ['-m conntrack --ctstate RELATED,DNAT -j ACCEPT', 'unknown'],
  ['-m state --state NEW,ESTABLISHED -j ACCEPT', 'accept'],
  ['-m conntrack --ctdir REPLY -j ACCEPT', 'unknown'],
  ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT', 'accept'],
  ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT', 'drop', 'established'],
  ['-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT', 'accept', 'midStream'],
  ['-p tcp -m tcp --tcp-flags PSH PSH -j ACCEPT', 'unknown', 'established'],
  ['-p tcp -m tcp --tcp-flags ALL NONE -j ACCEPT', 'drop'],
  ['-p tcp -m tcp --tcp-flags SYN,RST SYN,FIN -j ACCEPT', 'drop'],
  ['-m comment --comment "the -j DROP of \\"old\\"" -j ACCEPT', 'accept'],
  ['-m comment --comment -j -j ACCEPT', 'accept'],
  ['-m mark --mark 0x1 -j ACCEPT', 'unknown'],
  ['-p udp -m mark --mark 0x1 -j ACCEPT', 'drop'],
  ['-m socket -j ACCEPT', 'unknown'],
  ['-f -j ACCEPT', 'unknown'],
  ['-m comment --comment "open -j ACCEPT', 'unknown'],
];

/** Several rules; the policy of INPUT is the first word. */
const WAYS: readonly (readonly [name: string, policy: string, rules: string, verdict: Verdict, decider: string])[] = [
  ['an empty chain has its policy', 'ACCEPT', '', 'accept', 'INPUT ACCEPT'],
  ['an empty chain has its policy', 'DROP', '', 'drop', 'INPUT DROP'],
  ['the first match decides', 'ACCEPT', '-A INPUT -j DROP\n-A INPUT -j ACCEPT', 'drop', 'INPUT 1'],
  ['REJECT drops', 'ACCEPT', '-A INPUT -p tcp -j REJECT --reject-with tcp-reset', 'drop', 'INPUT 1'],
  ['a LOG lets pass', 'DROP', '-A INPUT -j LOG --log-prefix "x "\n-A INPUT -j ACCEPT', 'accept', 'INPUT 2'],
  ['a rule without target only counts', 'DROP', '-A INPUT -p tcp\n-A INPUT -j ACCEPT', 'accept', 'INPUT 2'],
  ['a mark lets pass', 'DROP', '-A INPUT -j MARK --set-xmark 0x1/0x1\n-A INPUT -j ACCEPT', 'accept', 'INPUT 2'],
  ['a chain is entered', 'DROP', '-A INPUT -j web\n-A web -p tcp -j ACCEPT', 'accept', 'web 1'],
  ['a chain comes back', 'ACCEPT', '-A INPUT -j web\n-A INPUT -j DROP\n-A web -p udp -j ACCEPT', 'drop', 'INPUT 2'],
  [
    'RETURN leaves a chain',
    'DROP',
    '-A INPUT -j web\n-A INPUT -j ACCEPT\n-A web -j RETURN\n-A web -j DROP',
    'accept',
    'INPUT 2',
  ],
  ['RETURN in a built-in chain is its policy', 'DROP', '-A INPUT -j RETURN\n-A INPUT -j ACCEPT', 'drop', 'INPUT DROP'],
  [
    'a goto does not come back',
    'DROP',
    '-A INPUT -g web\n-A INPUT -j ACCEPT\n-A web -p udp -j ACCEPT',
    'drop',
    'INPUT DROP',
  ],
  [
    'a goto in a chain leaves that chain',
    'DROP',
    '-A INPUT -j a\n-A INPUT -j ACCEPT\n-A a -g b\n-A a -j DROP\n-A b -p udp -j DROP',
    'accept',
    'INPUT 2',
  ],
  ['a maybe that agrees with the rest', 'ACCEPT', '-A INPUT -m mark --mark 0x1 -j ACCEPT', 'accept', 'INPUT 1'],
  ['a maybe before a drop', 'DROP', '-A INPUT -m mark --mark 0x1 -j ACCEPT', 'unknown', 'INPUT DROP'],
  ['a maybe after an accept', 'DROP', '-A INPUT -j ACCEPT\n-A INPUT -m mark --mark 0x1 -j DROP', 'accept', 'INPUT 1'],
  [
    'a maybe that returns',
    'DROP',
    '-A INPUT -j a\n-A a -m mark --mark 0x1 -j RETURN\n-A a -j ACCEPT',
    'unknown',
    'INPUT DROP',
  ],
  [
    'a maybe into a chain without end',
    'ACCEPT',
    '-A INPUT -m mark --mark 0x1 -j a\n-A a -p udp -j DROP',
    'accept',
    'INPUT ACCEPT',
  ],
  ['a target of which nothing is known', 'ACCEPT', '-A INPUT -j NFQUEUE --queue-num 0', 'unknown', 'INPUT 1'],
  ['a packet that conntrack shall not see', 'ACCEPT', '-A INPUT -j CT --notrack', 'unknown', 'INPUT 1'],
  ['a jump to a chain that is not there', 'ACCEPT', '-A INPUT -j gone', 'unknown', 'INPUT 1'],
  ['a chain that is called like a target', 'ACCEPT', '-A INPUT -j LOG\n-A LOG -j DROP', 'unknown', 'INPUT 1'],
  ['a circle', 'ACCEPT', '-A INPUT -j a\n-A a -j b\n-A b -j a', 'unknown', 'b 1'],
];

describe('evaluate', () => {
  test.each<Case>(MATCHES)('%s: %s', (rule, verdict, which = 'opening', ssh = CLIENT) => {
    const table = tableOf('filter', `:INPUT DROP\n-A INPUT ${rule}`);
    expect(evaluate(table, 'INPUT', packetOf(which, ssh)).verdict).toBe(verdict);
  });

  test.each(WAYS)('%s (policy %s): %s', (_, policy, rules, verdict, decider) => {
    const { verdict: found, ending } = evaluate(
      tableOf('filter', `:INPUT ${policy}\n${rules}`),
      'INPUT',
      packetOf('opening', CLIENT),
    );
    expect([found, `${ending.chain} ${ending.position ?? ending.text}`]).toEqual([verdict, decider]);
  });

  test('names what may still accept a packet that is not proven to pass', () => {
    const table = tableOf(
      'filter',
      ':INPUT DROP\n-A INPUT -p udp -j DROP\n-A INPUT -m set --match-set mgmt src -j ACCEPT',
    );
    expect(evaluate(table, 'INPUT', packetOf('opening', CLIENT))).toMatchObject({
      verdict: 'unknown',
      ending: { verdict: 'drop', chain: 'INPUT', text: 'DROP' },
      hope: { verdict: 'accept', chain: 'INPUT', position: 2 },
    });
  });

  test('knows of no state before conntrack', () => {
    const { state: _, ...packet } = packetOf('opening', CLIENT);
    const table = tableOf('raw', '-A PREROUTING -m conntrack --ctstate NEW -j DROP');
    expect(evaluate(table, 'PREROUTING', packet).verdict).toBe('unknown');
  });

  test('the path has the rules that a packet may meet and no others', () => {
    const table = tableOf(
      'filter',
      ':INPUT DROP\n-A INPUT -p udp -j DROP\n-A INPUT -j LOG\n-A INPUT -j a\n-A a -i eth0 -j ACCEPT',
    );
    expect(evaluate(table, 'INPUT', packetOf('opening', CLIENT)).path).toEqual([
      'INPUT -j a',
      'a -i eth0 -j ACCEPT',
      'INPUT policy DROP',
    ]);
  });

  test('takes time with the number of rules, not with the number of ways through them', () => {
    const chains = Array.from(
      { length: 90 },
      (_, n) => `-A c${n} -m mark --mark 0x1 -j c${n + 1}\n-A c${n} -j c${n + 1}`,
    );
    const table = tableOf('filter', `:INPUT DROP\n-A INPUT -j c0\n${chains.join('\n')}\n-A c90 -j ACCEPT`);
    const { verdict, path } = evaluate(table, 'INPUT', packetOf('opening', CLIENT));
    expect([verdict, path.length]).toEqual(['accept', 1 + 2 * 90 + 1]);
  });

  test('does not follow jumps for ever', () => {
    const chains = Array.from({ length: 20_000 }, (_, n) => `-A c${n} -j c${n + 1}`);
    const table = tableOf('filter', `-A INPUT -j c0\n${chains.join('\n')}\n-A c20000 -j ACCEPT`);
    expect(evaluate(table, 'INPUT', packetOf('opening', CLIENT)).verdict).toBe('unknown');
  });
});

function packetOf(which: Which, ssh: typeof CLIENT): Packet {
  const packets = sessionPackets(ssh);
  if (packets === undefined) throw new Error('no address');
  return packets[which];
}
