import { describe, expect, test } from 'vitest';
import { parseFlow } from '../../../../src/core/packets/flow/parse-flow.ts';
import { opensOnlyInside } from '../../../../src/core/packets/traffic/opens-only-inside.ts';
import { firewallOf, type Texts } from '../../../support/traffic.ts';

const BASE =
  ':INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const WEB = '-p tcp -m tcp --dport 80';
const ACCEPT = `-A INPUT ${WEB} -j ACCEPT`;
const NAT = '-A POSTROUTING -o eth0 -j MASQUERADE';

function isInside(before: Texts, after: Texts, text = 'tcp any -> any port 80'): boolean {
  const parsed = parseFlow(text);
  if (!('flow' in parsed)) throw new Error(text);
  return opensOnlyInside(firewallOf(before), firewallOf(after), [parsed.flow], { nodes: 200_000 });
}

describe('an opening is inside a flow', () => {
  test.each<[name: string, before: Texts, after: Texts]>([
    ['that it opens, and nothing else', { filter: BASE }, { filter: `${BASE}\n${ACCEPT}` }],
    [
      'although nat, which stays, translates its packets',
      { filter: BASE, nat: NAT },
      { filter: `${BASE}\n-A FORWARD ${WEB} -j ACCEPT`, nat: NAT },
    ],
    [
      'although other packets are marked',
      { filter: BASE },
      {
        filter: `${BASE}\n${ACCEPT}`,
        mangle: '-A PREROUTING -p udp -j MARK --set-xmark 0x1/0xffffffff',
      },
    ],
  ])('%s', (_, before, after) => {
    expect(isInside(before, after)).toBe(true);
  });
});

const PUBLIC = '-d 203.0.113.5/32 -p tcp -m tcp --dport 443';
const forwardedTo = (to: string, accept = '-d 10.0.0.5/32 -p tcp -m tcp --dport 8443'): Texts => ({
  filter: `${BASE}\n-A FORWARD ${accept} -j ACCEPT`,
  nat: `-A PREROUTING ${PUBLIC} -j DNAT --to-destination ${to}`,
});
const INNER = 'tcp any -> 10.0.0.5 port 8443';

describe('a port that is forwarded anew is an opening of where it leads to', () => {
  test.each<[name: string, isIt: boolean, after: Texts, flow: string]>([
    ['the inner port is named', true, forwardedTo('10.0.0.5:8443'), INNER],
    ['the inner port is named, for whichever way', true, forwardedTo('10.0.0.5:8443'), 'tcp any -> any port 8443'],
    [
      'only the way through the host is, and RELATED packets to it go there too',
      false,
      forwardedTo('10.0.0.5:8443'),
      `${INNER} through host`,
    ],
    ['the outer one is', false, forwardedTo('10.0.0.5:8443'), 'tcp any -> 203.0.113.5 port 443'],
    ['another host is', false, forwardedTo('10.0.0.5:8443'), 'tcp any -> 10.0.0.6 port 8443'],
    ['the way to the host itself is', false, forwardedTo('10.0.0.5:8443'), 'tcp any -> 10.0.0.5 port 8443 to host'],
    ['fewer senders are', false, forwardedTo('10.0.0.5:8443'), 'tcp 192.0.2.0/24 -> 10.0.0.5 port 8443'],
    ['it leads elsewhere', false, forwardedTo('10.0.0.5:22', '-m conntrack --ctstate DNAT'), INNER],
    ['it may lead elsewhere', false, forwardedTo('10.0.0.5-10.0.0.6:8443', '-m conntrack --ctstate DNAT'), INNER],
    [
      'it leads to hosts that are all named',
      true,
      forwardedTo('10.0.0.4-10.0.0.7:8443', '-d 10.0.0.4/30 -p tcp -m tcp --dport 8443'),
      'tcp any -> 10.0.0.4/30 port 8443',
    ],
    [
      'other packets get to the rule, too',
      false,
      {
        filter: `${BASE}\n-A FORWARD -d 10.0.0.5/32 -j ACCEPT`,
        nat: `-A PREROUTING -d 203.0.113.5/32 -p tcp -j DNAT --to-destination 10.0.0.5`,
      },
      INNER,
    ],
    [
      'another source is written, too',
      false,
      {
        ...forwardedTo('10.0.0.5:8443'),
        nat: `-A PREROUTING ${PUBLIC} -j DNAT --to-destination 10.0.0.5:8443\n-A POSTROUTING -d 10.0.0.5/32 -j SNAT --to-source 10.0.0.1`,
      },
      INNER,
    ],
    [
      'a chain that is called anew forwards it',
      true,
      {
        filter: forwardedTo('10.0.0.5:8443').filter ?? '',
        nat: `-A PREROUTING -j ports\n-A ports ${PUBLIC} -j DNAT --to-destination 10.0.0.5:8443`,
      },
      INNER,
    ],
  ])('%s: %s', (_, isIt, after, flow) => {
    expect(isInside({ filter: BASE }, after, flow)).toBe(isIt);
  });

  test('what was forwarded before may be named as it comes, or as it goes on', () => {
    const { nat = '' } = forwardedTo('10.0.0.5:8443');
    const after = { filter: `${BASE}\n-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT`, nat };
    for (const flow of [INNER, 'tcp any -> 203.0.113.5 port 443'])
      expect(isInside({ filter: BASE, nat }, after, flow)).toBe(true);
    expect(isInside({ filter: BASE, nat }, after, 'tcp any -> 10.0.0.5 port 22')).toBe(false);
  });
});

const FRIENDS = `${BASE}\n-A INPUT -m set --match-set friends src -j ACCEPT`;
const DNATED = '-m conntrack --ctstate DNAT -j ACCEPT';

describe('an opening is inside no flow', () => {
  test.each<[name: string, before: Texts, after: Texts]>([
    ['by other packets', { filter: BASE }, { filter: `${BASE}\n-A INPUT -p tcp -j ACCEPT` }],
    [
      'that DNAT sends to another port of another host',
      { filter: BASE },
      {
        filter: `${BASE}\n-A FORWARD ${DNATED}`,
        nat: `-A PREROUTING ${WEB} -j DNAT --to-destination 10.0.0.5:22`,
      },
    ],
    [
      'that REDIRECT sends to another port',
      { filter: BASE },
      { filter: `${BASE}\n-A INPUT ${DNATED}`, nat: `-A PREROUTING ${WEB} -j REDIRECT --to-ports 22` },
    ],
    [
      'of which the packets get a mark, by which they may be routed',
      { filter: BASE },
      {
        filter: `${BASE}\n-A FORWARD -m mark --mark 0x1 -j ACCEPT`,
        mangle: `-A PREROUTING ${WEB} -j MARK --set-xmark 0x1/0xffffffff`,
      },
    ],
    [
      'of which the packets are copied elsewhere',
      { filter: BASE },
      { filter: `${BASE}\n${ACCEPT}`, mangle: `-A PREROUTING ${WEB} -j TEE --gateway 10.0.0.9` },
    ],
    [
      'of which the packets get a helper',
      { filter: BASE },
      { filter: `${BASE}\n${ACCEPT}`, raw: `-A PREROUTING ${WEB} -j CT --helper ftp` },
    ],
    [
      'of which the packets fill a set that opens more',
      { filter: FRIENDS },
      { filter: `${FRIENDS}\n-A INPUT ${WEB} -j SET --add-set friends src\n${ACCEPT}` },
    ],
    [
      'of which the packets fill a set that nothing asks yet',
      { filter: BASE },
      { filter: `${BASE}\n-A INPUT ${WEB} -j SET --add-set friends src\n${ACCEPT}` },
    ],
    [
      'of which the packets note their source in a list that opens another path',
      { filter: `${BASE}\n-A FORWARD -m recent --rcheck --name guests --rsource -j ACCEPT` },
      {
        filter: `${BASE}\n-A FORWARD -m recent --rcheck --name guests --rsource -j ACCEPT\n-A INPUT ${WEB} -m recent --set --name guests --rsource -j ACCEPT`,
      },
    ],
    [
      'of which the packets mark their connection',
      { filter: BASE },
      { filter: `${BASE}\n-A INPUT ${WEB} -j CONNMARK --set-xmark 0x1/0xffffffff\n${ACCEPT}` },
    ],
    [
      'of which the packets get the mark of a socket',
      { filter: BASE },
      { filter: `${BASE}\n${ACCEPT}`, mangle: `-A PREROUTING ${WEB} -m socket --restore-skmark` },
    ],
    [
      'of which the packets label their connection, as another path asks',
      { filter: `${BASE}\n-A FORWARD -m connlabel --label "1" -j ACCEPT` },
      {
        filter: `${BASE}\n-A FORWARD -m connlabel --label "1" -j ACCEPT\n-A INPUT ${WEB} -m connlabel --label "1" --set -j ACCEPT`,
      },
    ],
    [
      'which a set decides that a rule fills now',
      { filter: FRIENDS },
      { filter: FRIENDS, mangle: `-A PREROUTING ${WEB} -j SET --add-set friends src` },
    ],
    [
      'where a rule that writes is reached by them for the first time',
      { filter: `${BASE}\n:log -\n-A log -j MARK --set-xmark 0x1/0xffffffff\n-A log -j ACCEPT` },
      {
        filter: `${BASE}\n:log -\n-A log -j MARK --set-xmark 0x1/0xffffffff\n-A log -j ACCEPT\n-A INPUT ${WEB} -j log`,
      },
    ],
  ])('%s', (_, before, after) => {
    expect(isInside(before, after)).toBe(false);
  });
});
