import { describe, expect, test } from 'vitest';
import { checkGuards } from '../../../../src/core/guards/check-guards.ts';
import type { Finding } from '../../../../src/core/guards/finding.ts';
import { parseSshConnection } from '../../../../src/core/packets/ssh-connection.ts';
import type { KernelSettings } from '../../../../src/core/packets/types/firewall.ts';
import type { Family, TableName } from '../../../../src/core/rules/types.ts';
import { type Edit, guardedPlan } from '../../../support/guarded-plan.ts';
import { tableOf } from '../../../support/table-of.ts';

const V4 = '198.51.100.7 50514 203.0.113.5 22';
const V6 = '2001:db8:1::7 50514 2001:db8::5 22';
const HOST = { kind: 'host' } as const;
const SSH_IN = '-p tcp -m tcp --dport 22';
const SSH_OUT = '-p tcp -m tcp --sport 22';
const STATEFUL = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
/** Something that makes the kernel track connections, and decides nothing. */
const TRACKS = '-A FORWARD -m conntrack --ctstate INVALID -j DROP';

type Case = {
  readonly edit: Edit;
  /** Tables that stay as they are. */
  readonly still?: Partial<Record<TableName, string>>;
  readonly settings?: KernelSettings;
  readonly ssh?: string;
};

describe('FWG02 is closed by what one table does to a packet that another one judges', () => {
  test.each<[name: string, closing: Case, harmless: Case]>([
    [
      'a mark that an unchanged rule drops',
      {
        edit: { table: 'mangle', after: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x1/0xffffffff` },
        still: { filter: '-A INPUT -m mark --mark 0x1 -j DROP' },
      },
      {
        edit: { table: 'mangle', after: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x2/0xffffffff` },
        still: { filter: '-A INPUT -m mark --mark 0x1 -j DROP' },
      },
    ],
    [
      'a mark that the only unchanged ACCEPT does not want',
      {
        edit: {
          table: 'mangle',
          before: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x1/0x1`,
          after: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x0/0x1`,
        },
        still: { filter: ':INPUT DROP\n-A INPUT -m mark --mark 0x1/0x1 -j ACCEPT' },
      },
      {
        edit: {
          table: 'mangle',
          before: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x1/0x1`,
          after: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x3/0x3`,
        },
        still: { filter: ':INPUT DROP\n-A INPUT -m mark --mark 0x1/0x1 -j ACCEPT' },
      },
    ],
    [
      'a mark that a chain sets only perhaps',
      {
        edit: {
          table: 'mangle',
          after: '-A PREROUTING -j m\n-A m -m limit --limit 1/sec -j MARK --set-xmark 0x1/0xffffffff',
        },
        still: { filter: '-A INPUT -m mark --mark 0x1 -j DROP' },
      },
      {
        edit: {
          table: 'mangle',
          after: '-A PREROUTING -j m\n-A m -m limit --limit 1/sec -j MARK --set-xmark 0x100/0x100',
        },
        still: { filter: '-A INPUT -m mark --mark 0x1/0xff -j DROP' },
      },
    ],
    [
      'the mark of a connection that only the answers meet',
      {
        edit: {
          table: 'mangle',
          after: `-A PREROUTING ${SSH_IN} -m conntrack --ctstate NEW -j CONNMARK --set-xmark 0x1/0xffffffff`,
        },
        still: { filter: `${TRACKS}\n-A OUTPUT -m connmark --mark 0x1 -j DROP` },
      },
      {
        edit: {
          table: 'mangle',
          after: '-A PREROUTING -p udp -m conntrack --ctstate NEW -j CONNMARK --set-xmark 0x1/0xffffffff',
        },
        still: { filter: `${TRACKS}\n-A OUTPUT -m connmark --mark 0x1 -j DROP` },
      },
    ],
    [
      'a mark that is restored from the connection',
      {
        edit: {
          table: 'mangle',
          before: TRACKS,
          after: `${TRACKS}\n-A INPUT ${SSH_IN} -j MARK --set-xmark 0x7/0xff\n-A INPUT -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff\n-A OUTPUT -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff`,
        },
        still: { filter: '-A OUTPUT -m mark --mark 0x7/0xff -j DROP' },
      },
      {
        edit: {
          table: 'mangle',
          before: TRACKS,
          after: `${TRACKS}\n-A INPUT ${SSH_IN} -j MARK --set-xmark 0x8/0xff\n-A INPUT -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff\n-A OUTPUT -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff`,
        },
        still: { filter: '-A OUTPUT -m mark --mark 0x7/0xff -j DROP' },
      },
    ],
    [
      'a set that is filled with what an unchanged rule drops',
      {
        edit: { table: 'mangle', after: `-A PREROUTING ${SSH_IN} -j SET --add-set bad src` },
        still: { filter: '-A INPUT -m set --match-set bad src -j DROP' },
      },
      {
        edit: { table: 'mangle', after: '-A PREROUTING -p tcp -m tcp --dport 23 -j SET --add-set bad src' },
        still: { filter: '-A INPUT -m set --match-set bad src -j DROP' },
      },
    ],
    [
      'a set that a later packet of the session fills, asked in front of it',
      {
        edit: { table: 'mangle', after: `-A POSTROUTING ${SSH_OUT} -j SET --add-set bad dst` },
        still: { raw: '-A PREROUTING -m set --match-set bad src -j DROP' },
      },
      {
        edit: { table: 'mangle', after: `-A POSTROUTING ${SSH_OUT} -j SET --add-set other dst` },
        still: { raw: '-A PREROUTING -m set --match-set bad src -j DROP' },
      },
    ],
    [
      'a list of recent',
      {
        edit: { table: 'mangle', after: `-A PREROUTING ${SSH_IN} -m recent --set --name seen --rsource` },
        still: { filter: '-A INPUT -m recent --rcheck --name seen --rsource -j DROP' },
      },
      {
        edit: { table: 'mangle', after: `-A PREROUTING ${SSH_IN} -m recent --set --name other --rsource` },
        still: { filter: '-A INPUT -m recent --rcheck --name seen --rsource -j DROP' },
      },
    ],
    [
      'a TTL that an unchanged rule asks',
      {
        edit: { table: 'mangle', after: '-A PREROUTING -j TTL --ttl-set 3' },
        still: { filter: '-A INPUT -m ttl --ttl-eq 3 -j DROP' },
      },
      {
        edit: { table: 'mangle', after: '-A PREROUTING -j TTL --ttl-set 3' },
        still: { filter: '-A INPUT -m limit --limit 5/sec -j DROP' },
      },
    ],
    [
      'a TTL that ends at the first router',
      { edit: { table: 'mangle', after: '-A POSTROUTING -j TTL --ttl-set 1' } },
      { edit: { table: 'mangle', after: '-A POSTROUTING -j TTL --ttl-set 64' } },
    ],
    [
      'a TTL that is taken down',
      { edit: { table: 'mangle', after: '-A OUTPUT -j TTL --ttl-dec 60' } },
      { edit: { table: 'mangle', after: '-A OUTPUT -j TTL --ttl-inc 1' } },
    ],
    [
      'a hop limit',
      { edit: { family: 'ipv6', table: 'mangle', after: `-A POSTROUTING ${SSH_OUT} -j HL --hl-set 63` }, ssh: V6 },
      { edit: { family: 'ipv6', table: 'mangle', after: `-A POSTROUTING ${SSH_OUT} -j HL --hl-set 64` }, ssh: V6 },
    ],
    [
      'a segment size that nothing fits in',
      { edit: { table: 'mangle', after: `-A OUTPUT ${SSH_OUT} -j TCPMSS --set-mss 48` } },
      { edit: { table: 'mangle', after: `-A OUTPUT ${SSH_OUT} -j TCPMSS --set-mss 1200` } },
    ],
    [
      'SNAT of the answers where nothing tracked the connection',
      { edit: { table: 'nat', after: `-A POSTROUTING ${SSH_OUT} -j SNAT --to-source 203.0.113.9` } },
      {
        edit: { table: 'nat', after: `-A POSTROUTING ${SSH_OUT} -j SNAT --to-source 203.0.113.9` },
        still: { filter: STATEFUL },
      },
    ],
    [
      'SNAT to another address than the own one',
      { edit: { table: 'nat', after: '-A POSTROUTING -j SNAT --to-source 203.0.113.9' } },
      { edit: { table: 'nat', after: '-A POSTROUTING -j SNAT --to-source 203.0.113.5' } },
    ],
    [
      'MASQUERADE with other ports',
      { edit: { table: 'nat', after: '-A POSTROUTING -p tcp -j MASQUERADE --to-ports 1024-2048' } },
      { edit: { table: 'nat', after: '-A POSTROUTING -p tcp -j MASQUERADE' } },
    ],
    [
      'DNAT of the answers where nothing tracked the connection',
      { edit: { table: 'nat', after: `-A OUTPUT ${SSH_OUT} -j DNAT --to-destination 10.0.0.9` } },
      { edit: { table: 'nat', after: '-A OUTPUT -p tcp -m tcp --sport 23 -j DNAT --to-destination 10.0.0.9' } },
    ],
    [
      'SNAT of what comes in',
      { edit: { table: 'nat', after: `-A INPUT ${SSH_IN} -j SNAT --to-source 10.0.0.9` } },
      { edit: { table: 'nat', after: '-A INPUT -p udp -j SNAT --to-source 10.0.0.9' } },
    ],
    [
      'INVALID dropped where tcp_loose is 0 and nothing tracked the connection',
      {
        edit: { after: `-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT ${SSH_IN} -j ACCEPT` },
        settings: { tcpLoose: false },
      },
      {
        edit: { after: `-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT ${SSH_IN} -j ACCEPT` },
        settings: { tcpLoose: true },
      },
    ],
    [
      'INVALID dropped where tcp_loose is not known',
      {
        edit: { after: '-A OUTPUT -m conntrack --ctstate INVALID -j DROP' },
        settings: {},
      },
      {
        edit: { after: '-A OUTPUT -m conntrack --ctstate INVALID -j DROP' },
        still: { mangle: TRACKS },
        settings: {},
      },
    ],
    [
      'connections that are tracked again, where rules ask for a SYN',
      {
        edit: {
          table: 'raw',
          before: `-A PREROUTING ${SSH_IN} -j CT --notrack\n-A OUTPUT ${SSH_OUT} -j CT --notrack`,
          after: '',
        },
        still: {
          filter: `:INPUT DROP\n${STATEFUL}\n-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT`,
        },
      },
      {
        edit: {
          table: 'raw',
          before: `-A PREROUTING ${SSH_IN} -j CT --notrack\n-A OUTPUT ${SSH_OUT} -j CT --notrack`,
          after: '',
        },
        still: {
          filter: `:INPUT DROP\n${STATEFUL}\n-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT`,
        },
      },
    ],
    [
      'a filter that asks a state which untracked packets do not have',
      {
        edit: { after: `:INPUT DROP\n-A INPUT ${SSH_IN} -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT` },
        still: { raw: `-A PREROUTING ${SSH_IN} -j CT --notrack\n-A OUTPUT ${SSH_OUT} -j CT --notrack` },
      },
      {
        edit: { after: `:INPUT DROP\n-A INPUT ${SSH_IN} -m conntrack --ctstate UNTRACKED -j ACCEPT` },
        still: { raw: `-A PREROUTING ${SSH_IN} -j CT --notrack\n-A OUTPUT ${SSH_OUT} -j CT --notrack` },
      },
    ],
    [
      'IPv6 without neighbour discovery',
      { edit: { family: 'ipv6', after: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT` }, ssh: V6 },
      {
        edit: {
          family: 'ipv6',
          after: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT`,
        },
        ssh: V6,
      },
    ],
    [
      'IPv6 with neighbour discovery as NEW, which it is not',
      {
        edit: {
          family: 'ipv6',
          after: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -p ipv6-icmp -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT`,
        },
        ssh: V6,
      },
      {
        edit: {
          family: 'ipv6',
          after: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -p ipv6-icmp -m conntrack --ctstate UNTRACKED -j ACCEPT`,
        },
        ssh: V6,
      },
    ],
    [
      'IPv6 with neighbour discovery that cannot be sent',
      {
        edit: { family: 'ipv6', after: `:OUTPUT DROP\n-A OUTPUT ${SSH_OUT} -j ACCEPT` },
        ssh: V6,
      },
      {
        edit: {
          family: 'ipv6',
          after: `:OUTPUT DROP\n-A OUTPUT ${SSH_OUT} -j ACCEPT\n-A OUTPUT -p ipv6-icmp -j ACCEPT`,
        },
        ssh: V6,
      },
    ],
    [
      'IPv6 with neighbour discovery from link-local addresses only, where the client may be the neighbour',
      {
        edit: {
          family: 'ipv6',
          after: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -s fe80::/10 -p ipv6-icmp -j ACCEPT`,
        },
        ssh: V6,
      },
      {
        edit: {
          family: 'ipv6',
          after: `:INPUT DROP\n-A INPUT ${SSH_IN} -j ACCEPT\n-A INPUT -s fe80::/10 -p ipv6-icmp -j ACCEPT\n-A INPUT -s 2001:db8:1::/64 -p ipv6-icmp -j ACCEPT`,
        },
        ssh: V6,
      },
    ],
  ])('%s', (_, closing, harmless) => {
    expect(check(closing)).not.toEqual([]);
    expect(check(harmless)).toEqual([]);
  });

  test('names the rule that leads the packet there', () => {
    const [finding] = check({
      edit: { table: 'mangle', after: `-A PREROUTING ${SSH_IN} -j MARK --set-xmark 0x1/0xffffffff` },
      still: { filter: '-A INPUT -m mark --mark 0x1 -j DROP' },
    });
    expect(finding).toMatchObject({ table: 'filter', chain: 'INPUT' });
    expect(finding?.evidence).toContain(`  because of mangle PREROUTING: ${SSH_IN} -j MARK --set-xmark 0x1/0xffffffff`);
  });

  test.each([
    ['nft', 'nat', 'security', ['security INPUT']],
    ['legacy', 'nat', 'security', []],
    ['nft', 'security', 'nat', []],
    ['legacy', 'security', 'nat', ['nat INPUT']],
  ] as const)(
    'on %s a packet meets nat INPUT and security INPUT in the order of the backend: %s marks, %s asks',
    (backend, marks, asks, closed) => {
      const judged = { nat: '-j SNAT --to-source 10.0.0.9', security: '-j DROP' };
      const found = check({
        edit: { backend, table: marks, after: `-A INPUT ${SSH_IN} -j MARK --set-xmark 0x1/0xffffffff` },
        still: { filter: STATEFUL, [asks]: `-A INPUT -m mark --mark 0x1 ${judged[asks]}` },
      });
      expect(found.map(({ table, chain }) => `${table} ${chain}`)).toEqual(closed);
    },
  );

  test('is not asked about a session over lo, or another family', () => {
    const edit: Edit = { family: 'ipv6', after: ':INPUT DROP\n-A INPUT -i lo -j ACCEPT' };
    expect(check({ edit, ssh: '::1 50514 ::1 22' })).toEqual([]);
    expect(check({ edit: { ...edit, after: ':INPUT DROP' }, ssh: V4 })).toEqual([]);
  });

  test('a chain that too many different packets enter is not judged', () => {
    const marks = Array.from(
      { length: 12 },
      (_, bit) =>
        `-A INPUT -j MARK --set-xmark ${1 << bit}/${1 << bit}\n-A INPUT -m mark --mark 0xffff -j c\n-A INPUT -j c`,
    ).join('\n');
    const endless = Array.from(
      { length: 90 },
      (_, at) => `-A c${at} -j c${at + 1}\n-A c${at} -j MARK --xor-mark ${1 << (at % 30)}\n-A c${at} -j c${at + 1}`,
    ).join('\n');
    expect(check({ edit: { after: `:INPUT ACCEPT\n${marks}\n-A c -p udp -j DROP` } })).toEqual([]);
    expect(check({ edit: { after: `-A INPUT -j c0\n${endless}\n-A c90 -p udp -j DROP` } })).toHaveLength(1);
  });
});

function check({ edit, still = {}, settings = { tcpLoose: true }, ssh: text = V4 }: Case): readonly Finding[] {
  const ssh = parseSshConnection(text);
  if (ssh === undefined) throw new Error(`not a connection: ${text}`);
  const family: Family = edit.family ?? 'ipv4';
  const standing = Object.entries(still).map(([name, rules]) => ({
    namespace: HOST,
    family,
    table: tableOf(name as TableName, rules),
  }));
  const { before = '', ...rest } = edit;
  const plan = guardedPlan([{ ...rest, before }]);
  return checkGuards(plan, { emptyDesired: [], ssh, settings, standing }).filter(({ id }) => id === 'FWG02');
}
