import { describe, expect, test } from 'vitest';
import { reasonText } from '../../../../src/core/lint-findings/finding-text.ts';
import type { MachineFacts } from '../../../../src/core/live-findings/machine-facts.ts';
import { mootRules } from '../../../../src/core/live-findings/moot-rules.ts';
import type { TableName } from '../../../../src/core/rules/types.ts';
import { tableOf } from '../../../support/table-of.ts';

const FACTS: MachineFacts = {
  interfaces: new Set(['lo', 'eth0']),
  families: {
    ipv4: { forwards: false, bridged: 'never', own: ['127.0.0.0/8', '192.0.2.1', '198.51.100.0/24'] },
    ipv6: {},
  },
};

function found(text: string, facts: MachineFacts = FACTS, empty: readonly string[] = []): readonly string[] {
  const [name, ...lines] = text.split('\n');
  const tables = [tableOf(name as TableName, lines.join('\n'))];
  return mootRules({ namespace: 'host', family: 'ipv4', tables, facts, emptySets: new Set(empty) }).map(
    (one) => `${one.id} ${one.level} ${one.place?.chain} ${one.place?.number ?? ''} ${one.subject ?? ''} ${one.more}`,
  );
}

const input = (...rules: readonly string[]) =>
  `filter\n:INPUT ACCEPT\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}`;

describe('mootRules', () => {
  test('an interface that is not there: a warning where it should be, a note where it comes and goes', () => {
    expect(found(input('-i eth1 -j DROP', '-i eth0 -j DROP', '-p tcp -i eth1 -j DROP'))).toEqual([
      'FWL09 warning INPUT 1 eth1 1',
    ]);
    for (const name of ['tap0', 'docker0', 'veth1a2b', 'br-0a1b', 'wg0', 'ppp0', 'enx0011', 'mgmt'])
      expect(found(input(`-i ${name} -j DROP`)), name).toEqual([`FWL09 note INPUT 1 ${name} 0`]);
  });

  test('a pattern, a negation and a comment name no interface that has to be there', () => {
    expect(found(input('-i eth+ -j DROP', '! -i eth1 -j DROP', '-m comment --comment "-i eth1" -j DROP'))).toEqual([]);
    expect(found(input('-i eth1 -j DROP'), { families: { ipv4: {}, ipv6: {} } })).toEqual([]);
  });

  test('rules of FORWARD where nothing is forwarded, unless they only refuse', () => {
    const forward = (...rules: readonly string[]) =>
      `filter\n:FORWARD DROP\n${rules.map((rule) => `-A FORWARD ${rule}\n`).join('')}`;
    expect(found(forward('-p tcp -j ACCEPT'))).toEqual(['FWL10 warning FORWARD   0']);
    expect(found(forward('-p tcp -j LOG', '-j DROP', '-p udp'))).toEqual([]);
    const bridged = (value: 'maybe' | undefined): MachineFacts => ({
      families: { ipv4: { forwards: false, ...(value === undefined ? {} : { bridged: value }) }, ipv6: {} },
    });
    // Packets of a bridge come to FORWARD without being forwarded.
    expect(found(forward('-p tcp -j ACCEPT'), bridged('maybe'))).toEqual([]);
    expect(found(forward('-p tcp -j ACCEPT'), bridged(undefined))).toEqual([]);
  });

  test('DNAT to where only forwarding leads', () => {
    const nat = (...rules: readonly string[]) =>
      `nat\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\n${rules.map((rule) => `-A ${rule}\n`).join('')}`;
    const to = (address: string) => `-p tcp -j DNAT --to-destination ${address}`;
    expect(found(nat(`PREROUTING ${to('10.0.0.5:80')}`))).toEqual(['FWL10 warning PREROUTING 1  0']);
    for (const own of ['192.0.2.1', '198.51.100.7:80', '127.0.0.1', '192.0.2.0-192.0.2.9', ':8080'])
      expect(found(nat(`PREROUTING ${to(own)}`)), own).toEqual([]);
    expect(found(nat(`OUTPUT ${to('10.0.0.5')}`))).toEqual([]);
  });

  test('physdev where no bridge shows its packets', () => {
    expect(found(input('-m physdev --physdev-in tap1 -j ACCEPT', '-m physdev ! --physdev-is-bridged -j DROP'))).toEqual(
      ['FWL11 warning INPUT 1  0'],
    );
    const facts: MachineFacts = { families: { ipv4: { bridged: 'no-bridge' }, ipv6: {} } };
    expect(found(input('-m physdev --physdev-in tap1 -j ACCEPT'), facts)).toEqual([]);
  });

  test('a set without an entry', () => {
    const rules = input('-m set --match-set bad src -j DROP', '-m set ! --match-set bad src -j DROP');
    expect(found(rules, FACTS, ['bad'])).toEqual(['FWL12 note INPUT 1 bad 0']);
    expect(found(rules, FACTS)).toEqual([]);
  });

  test('says of how many more rules the same is so', () => {
    const [finding] = mootRules({
      namespace: 'host',
      family: 'ipv4',
      tables: [tableOf('filter', '-A INPUT -i eth1 -j DROP\n-A INPUT -i eth1 -p tcp\n-A INPUT -i eth1 -p udp')],
      facts: FACTS,
      emptySets: new Set(),
    });
    expect(finding === undefined ? '' : reasonText(finding)).toBe(
      'no packet meets it now: there is no interface eth1; the same is so of 2 more rules',
    );
  });
});
