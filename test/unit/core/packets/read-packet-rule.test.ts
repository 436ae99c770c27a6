import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/core/packets/address.ts';
import { readPacketRule } from '../../../../src/core/packets/rule/read-packet-rule.ts';
import type { Backend, Family } from '../../../../src/core/rules/types.ts';

const read = (text: string, family: Family = 'ipv4', backend: Backend = 'nft') =>
  readPacketRule(text, { family, backend, identity: 'filter INPUT 4' });
const conditions = (text: string, family?: Family, backend?: Backend) => read(text, family, backend).conditions;
const action = (text: string, family?: Family) => read(text, family).action;
const ip = (text: string) => parseAddress(text)?.value ?? -1n;

const protocol = (number: bigint) => ({ kind: 'ranges', field: 'protocol', ranges: [[number, number]] });
const not = (of: unknown) => ({ kind: 'not', of });
const ports = (field: string, ...ranges: (readonly [bigint, bigint])[]) => ({ kind: 'ranges', field, ranges });
const firstFragment = { kind: 'ranges', field: 'laterFragment', ranges: [[0n, 0n]] };
const tracked = { kind: 'ranges', field: 'state', ranges: [[0n, 2n]] };

describe('what a rule asks', () => {
  it('is the header of the packet', () => {
    expect(conditions('-s 10.0.0.1/255.0.0.255 ! -d 192.0.2.1/32 -i eth+ ! -o eth0 ! -p tcp -f')).toEqual([
      { kind: 'masked', field: 'source', mask: 0xff0000ffn, value: 0x0a000001n },
      not({ kind: 'masked', field: 'destination', mask: 0xffffffffn, value: ip('192.0.2.1') }),
      { kind: 'link', link: 'input', name: 'eth', prefix: true },
      not({ kind: 'link', link: 'output', name: 'eth0', prefix: false }),
      not(protocol(6n)),
      ports('laterFragment', [1n, 1n]),
    ]);
    expect(conditions('-p all -j ACCEPT')).toEqual([]);
    expect(conditions('-s 2001:db8::/32 -p icmpv6', 'ipv6')).toEqual([
      { kind: 'masked', field: 'source', mask: 0xffffffffn << 96n, value: ip('2001:db8::') },
      protocol(58n),
    ]);
  });

  it('is ports and flags; of a later fragment only where nft reads them itself', () => {
    const rule = '-p tcp -m tcp --sport 1024: ! --dport 22 --tcp-flags SYN,ACK SYN';
    const asked = [
      protocol(6n),
      ports('sourcePort', [1024n, 65535n]),
      not(ports('destinationPort', [22n, 22n])),
      { kind: 'masked', field: 'tcpFlags', mask: 18n, value: 2n },
    ];
    expect(conditions(rule)).toEqual(asked);
    expect(conditions(rule, 'ipv4', 'legacy')).toEqual([asked[0], firstFragment, ...asked.slice(1)]);
    const either = { kind: 'any', of: [ports('sourcePort', [53n, 53n]), ports('destinationPort', [53n, 53n])] };
    expect(conditions('-p udp -m multiport ! --ports 53')).toEqual([protocol(17n), firstFragment, not(either)]);
    expect(conditions('-p sctp -m sctp --dport 1:3')).toEqual([
      protocol(132n),
      firstFragment,
      ports('destinationPort', [1n, 3n]),
    ]);
  });

  it.each([['-p tcp -m tcp --tcp-flags SYN ACK'], ['-m mark --mark 0x1/0x0'], ['-m mark --mark 0x11/0x1']])(
    'is never met with a value outside its mask: %s',
    (rule) => {
      expect(conditions(rule)).toEqual([{ kind: 'never' }]);
    },
  );

  it('is the type of ICMP, by number and by name', () => {
    const [fragmentationNeeded, echo] = [ports('icmp', [772n, 772n]), ports('icmp', [2048n, 2303n])];
    expect(conditions('-p icmp -m icmp --icmp-type 3/4')).toEqual([protocol(1n), firstFragment, fragmentationNeeded]);
    expect(conditions('-m icmp --icmp-type fragmentation-needed')).toEqual([firstFragment, fragmentationNeeded]);
    expect(conditions('-m icmp ! --icmp-type 8')).toEqual([firstFragment, not(echo)]);
    expect(conditions('-m icmp --icmp-type any')).toEqual([firstFragment]);
    expect(conditions('-m icmp6 --icmpv6-type 135', 'ipv6')).toEqual([
      firstFragment,
      ports('icmp', [135n * 256n, 135n * 256n + 255n]),
    ]);
  });

  it('is a range of addresses, the sender by MAC, the port of a bridge, a mark', () => {
    expect(conditions('-m iprange ! --src-range 10.0.0.1-10.0.0.9 --dst-range 10.0.0.9-10.0.0.1')).toEqual([
      { kind: 'never' },
    ]);
    expect(conditions('-m iprange ! --src-range 10.0.0.1-10.0.0.9')).toEqual([
      not(ports('source', [ip('10.0.0.1'), ip('10.0.0.9')])),
    ]);
    expect(conditions('-m mac --mac-source 02:00:00:00:00:0a')).toEqual([
      ports('mac', [0x02000000000an, 0x02000000000an]),
    ]);
    expect(conditions('-m physdev ! --physdev-in tap+')).toEqual([
      not({ kind: 'link', link: 'bridgeInput', name: 'tap', prefix: true }),
    ]);
    expect(conditions('-m mark ! --mark 0x10/0xf0')).toEqual([
      not({ kind: 'masked', field: 'mark', mask: 0xf0n, value: 0x10n }),
    ]);
  });

  it('of a packet without an entry in conntrack is the state alone', () => {
    expect(conditions('-m connmark ! --mark 0x1')).toEqual([
      tracked,
      not({ kind: 'masked', field: 'connectionMark', mask: 0xffffffffn, value: 1n }),
    ]);
    expect(conditions('-m conntrack --ctstate RELATED,ESTABLISHED')).toEqual([
      { kind: 'any', of: [ports('state', [2n, 2n]), ports('state', [1n, 1n])] },
    ]);
    const [state, rest] = conditions('-m conntrack ! --ctstate INVALID --ctorigdst 192.0.2.1/32');
    expect(state).toEqual(not(ports('state', [3n, 3n])));
    expect(rest).toMatchObject({
      kind: 'any',
      of: [not(tracked), { of: [tracked, { first: { field: 'destination' } }] }],
    });
    expect(conditions('-m conntrack --ctstate DNAT')).toMatchObject([
      tracked,
      { key: 'ctstate DNAT', translated: 'destination' },
    ]);
  });

  it('is a set, with a direction for each of its dimensions', () => {
    const set = { kind: 'set', set: 'web', directions: ['src', 'dst'], text: 'set web src,dst' };
    expect(conditions('-m set ! --match-set web src,dst')).toEqual([not(set)]);
    expect(conditions('-m set --match-set web src --packets-gt 5')).toMatchObject([
      { kind: 'question', key: 'filter INPUT 4', remembers: true },
    ]);
  });

  it('is open where fw cannot compute it: named by its text, or by its rule where it remembers packets', () => {
    expect(conditions('-m ttl --ttl-eq 64')).toMatchObject([
      { key: 'ttl --ttl-eq 64', remembers: false, reads: [], readsRewritten: ['ttl'] },
    ]);
    expect(conditions('-m string ! --string "a b" --algo bm --to 65535')).toMatchObject([
      not({ key: 'string "a b" --algo bm --to 65535' }),
    ]);
    // Of a packet without a socket the kernel answers no to both.
    expect(conditions('-m owner ! --uid-owner 0')).toMatchObject([{ key: 'owner ! --uid-owner 0' }]);
    expect(conditions('-m limit --limit 5/sec -m recent --rcheck --name x --rdest')).toMatchObject([
      {
        key: 'filter INPUT 4',
        text: 'limit 5/sec recent --rcheck --name x --rdest',
        remembers: true,
        reads: ['destination'],
      },
    ]);
    expect(conditions('-m nosuchmatch --x 1 -j DROP')).toMatchObject([{ key: 'filter INPUT 4', remembers: true }]);
    expect(conditions('-p tcp -m tcp --tcp-option 5')).toMatchObject([protocol(6n), { key: 'tcp --tcp-option 5' }]);
    expect(read('-m comment --comment "open')).toMatchObject({ action: { kind: 'unknown' } });
  });
});

describe('what a rule does', () => {
  it.each([
    ['-j LOG --log-prefix x', { kind: 'continue' }],
    ['', { kind: 'continue' }],
    ['-j REJECT --reject-with tcp-reset', { kind: 'reject', with: 'tcp-reset' }],
    ['-j web', { kind: 'jump', chain: 'web' }],
    ['-g web', { kind: 'goto', chain: 'web' }],
    ['-j MARK --set-xmark 0x11/0xff', { kind: 'mark', clear: 0xffn, xor: 0x11n }],
    ['-j MARK --set-mark 0x11/0xf', { kind: 'mark', clear: 0x1fn, xor: 0x11n }],
    ['-j MARK --and-mark 0xf', { kind: 'mark', clear: 0xfffffff0n, xor: 0n }],
    [
      '-j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xff',
      { kind: 'restore-mark', connectionMask: 0xffn, packetMask: 0xfn },
    ],
    ['-j CT --notrack', { kind: 'untrack' }],
    ['-j CT --helper ftp', { kind: 'rewrite', what: 'conntrack', key: 'CT --helper ftp' }],
    ['-j NFQUEUE --queue-num 1', { kind: 'queue', text: 'NFQUEUE --queue-num 1' }],
    ['-j SET --add-set seen src --exist', { kind: 'fill-set', set: 'seen', text: 'SET --add-set seen src --exist' }],
    ['-j SET --map-set seen src', { kind: 'unknown', text: 'SET --map-set seen src' }],
    ['-j TPROXY --on-port 80 --on-ip 0.0.0.0', { kind: 'unknown', text: 'TPROXY --on-port 80 --on-ip 0.0.0.0' }],
    ['-j TTL --ttl-set 1', { kind: 'rewrite', what: 'ttl', key: 'TTL --ttl-set 1' }],
  ])('%s', (rule, expected) => {
    expect(action(rule)).toEqual(expected);
  });

  it('is a translation', () => {
    const [five, nine] = [ip('10.0.0.5'), ip('10.0.0.9')];
    expect(action('-j DNAT --to-destination 10.0.0.5-10.0.0.9:80-90 --random')).toEqual({
      kind: 'translate',
      what: 'destination',
      to: { addresses: [five, nine], ports: [80n, 90n], picks: '--random' },
    });
    expect(action('-j DNAT --to-destination :8080')).toMatchObject({ to: { ports: [8080n, 8080n] } });
    expect(action('-j SNAT --to-source 10.0.0.5')).toMatchObject({ what: 'source', to: { addresses: [five, five] } });
    expect(action('-j REDIRECT --to-ports 8080')).toEqual({
      kind: 'translate',
      what: 'destination',
      to: { local: true, ports: [8080n, 8080n] },
    });
    expect(action('-j MASQUERADE --random')).toMatchObject({ what: 'source', to: { local: true, picks: '--random' } });
    const host = ip('2001:db8::5');
    expect(action('-j DNAT --to-destination [2001:db8::5]:80', 'ipv6')).toMatchObject({
      to: { addresses: [host, host], ports: [80n, 80n] },
    });
    expect(action('-j DNAT --to-destination 2001:db8::5', 'ipv6')).toMatchObject({ to: { addresses: [host, host] } });
    expect(action('-j DNAT --to-destination 10.0.0.5:80-90/80')).toMatchObject({ kind: 'unknown' });
    expect(action('-j NETMAP --to 10.0.0.0/24')).toMatchObject({ kind: 'unknown' });
  });
});

it('ports of a bridge are told apart beside the question whether there is one', () => {
  const text = '-m physdev --physdev-in tap1 --physdev-is-bridged -j ACCEPT';
  const { conditions } = readPacketRule(text, { family: 'ipv4', backend: 'nft', identity: 'one' });
  expect(conditions).toEqual([
    { kind: 'link', link: 'bridgeInput', name: 'tap1', prefix: false },
    expect.objectContaining({ kind: 'question', text: 'physdev --physdev-is-bridged' }),
  ]);
});
