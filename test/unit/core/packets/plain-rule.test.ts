import { describe, expect, test } from 'vitest';
import { readPacketRule } from '../../../../src/core/packets/rule/read-packet-rule.ts';
import { boundsOf } from '../../../../src/core/packets/side/bounds.ts';
import { plainRule } from '../../../../src/core/packets/side/plain-rule.ts';
import type { Condition } from '../../../../src/core/packets/types/condition.ts';
import type { Family } from '../../../../src/core/rules/types.ts';
import { KINDS, makeFirewalls } from '../../../support/large-firewalls.ts';
import { randomTexts } from '../../../support/random-firewall.ts';

const PLAIN: readonly (readonly [Family, string])[] = [
  ['ipv4', '-s 192.0.2.0/24 -j DROP'],
  ['ipv4', '-s 0.0.0.0/1 -j DROP'],
  ['ipv4', '! -s 192.0.2.1/32 -d 198.51.100.0/25 -j RETURN'],
  ['ipv4', '-s 10.0.0.1/32 -d 10.0.0.2/32 -i eth0 -o vlan+ -p tcp -m tcp --sport 53 --dport 65535 -j ACCEPT'],
  ['ipv4', '! -i eth0 ! -o eth1.5 -p udp -j site-1'],
  ['ipv4', '-m physdev --physdev-in tap1 --physdev-out tap2 --physdev-is-bridged -j n-1'],
  ['ipv4', '-s 10.0.0.1/32 -m mac --mac-source fa:16:3e:00:00:01 -j n-2'],
  ['ipv4', '-p tcp -m tcp --dport 22 -g KUBE-SVC-1'],
  ['ipv4', '-j ACCEPT'],
  ['ipv6', '-s 2001:db8::/32 -d fe80::1/128 -p udp -m udp --dport 547 -j ACCEPT'],
  ['ipv6', '-s ::/3 -j DROP'],
];

const OTHERS: readonly (readonly [Family, string])[] = [
  ['ipv4', '-s 300.0.0.1/32 -j DROP'],
  ['ipv4', '-s 10.0.0.1/33 -j DROP'],
  ['ipv4', '-s 10.0.0.5/255.0.0.255 -j DROP'],
  ['ipv4', '-p tcp -m tcp --dport 65536 -j DROP'],
  ['ipv4', '-p tcp -m tcp ! --dport 22 -j DROP'],
  ['ipv4', '-p tcp -m tcp --dport 1:22 -j DROP'],
  ['ipv4', '-p icmp -j DROP'],
  ['ipv4', '-m conntrack --ctstate NEW -j ACCEPT'],
  ['ipv4', '-m mark --mark 0x1 -j ACCEPT'],
  ['ipv4', '-m limit --limit 5/sec -j ACCEPT'],
  ['ipv4', '-m comment --comment "x -s 10.0.0.1/32 " -j ACCEPT'],
  ['ipv4', '-j MARK --set-xmark 0x1/0x1'],
  ['ipv4', '-j MASQUERADE'],
  ['ipv4', '-j LOG'],
  ['ipv4', '-j REJECT'],
  ['ipv6', '-s 1:2:3:4:5:6:7:8:9/128 -j DROP'],
  ['ipv6', '-s 10.0.0.1/32 -j DROP'],
];

describe('rules that are known by a look at their text', () => {
  test.each(PLAIN)('%s %s', (family, text) => {
    expect(plainRule(text, family)).toBeDefined();
    expectSame(text, family);
  });

  test.each(OTHERS)('%s %s is read for what it means', (family, text) => {
    expect(plainRule(text, family)).toBeUndefined();
  });

  test.each(KINDS)('are read as they were looked at: %s', (kind) => {
    const texts = makeFirewalls(kind, 600, 10).after.tables.flatMap(({ chains }) =>
      chains.flatMap(({ rules }) => rules.map(({ text }) => text)),
    );
    const plain = texts.filter((text) => plainRule(text, 'ipv4') !== undefined);
    expect(plain.length).toBeGreaterThan(texts.length / 5);
    for (const text of new Set(plain)) expectSame(text, 'ipv4');
  });

  test.each(['ipv4', 'ipv6'] as const)('are read as they were looked at: random rules of %s', (family) => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    let found = 0;
    for (let round = 0; round < 100; round += 1) {
      const texts = Object.values(randomTexts(random, family)).flatMap((chains) =>
        Object.values(chains).flatMap(({ rules }) => rules),
      );
      for (const text of texts) {
        if (plainRule(text, family) === undefined) continue;
        found += 1;
        expectSame(text, family);
      }
    }
    expect(found).toBeGreaterThan(100);
  });
});

/** The bounds are those of the rule, and it asks and does nothing that a plain rule does not. */
function expectSame(text: string, family: Family): void {
  const plain = plainRule(text, family);
  for (const backend of ['nft', 'legacy'] as const) {
    const rule = readPacketRule(text, { family, backend, identity: text });
    expect({ text, bounds: plain?.bounds }).toEqual({ text, bounds: boundsOf(rule, family) });
    const { action } = rule;
    if (plain?.chain === undefined) expect(['accept', 'drop', 'return']).toContain(action.kind);
    else
      expect(['jump', 'goto', plain.chain]).toEqual(
        expect.arrayContaining([action.kind, 'chain' in action && action.chain]),
      );
    for (const condition of rule.conditions.map(bare))
      expect({ text, is: isPlain(condition) }).toEqual({ text, is: true });
  }
}

function bare(condition: Condition): Condition {
  return condition.kind === 'not' ? condition.of : condition;
}

function isPlain(condition: Condition): boolean {
  switch (condition.kind) {
    case 'link':
      return true;
    case 'masked':
    case 'ranges':
      return !['mark', 'connectionMark', 'state'].includes(condition.field);
    case 'question':
      return !condition.remembers && condition.reads.length === 0 && condition.first === undefined;
    default:
      return false;
  }
}
