import { describe, expect, test } from 'vitest';
import { checkGuards } from '../../../../src/core/guards/check-guards.ts';
import type { Finding } from '../../../../src/core/guards/finding.ts';
import { parseSshConnection } from '../../../../src/core/packets/ssh-connection.ts';
import { type Edit, guardedPlan, SHARED } from '../../../support/guarded-plan.ts';

const SSH = '198.51.100.7 50514 203.0.113.5 22';
const STATEFUL = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const OPEN = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';

describe('FWG02, the SSH connection', () => {
  test('policy DROP without a rule that lets it in', () => {
    const [finding, ...more] = check({ before: ':INPUT ACCEPT', after: ':INPUT DROP\n-A INPUT -i lo -j ACCEPT' });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      id: 'FWG02',
      namespace: { kind: 'host' },
      families: ['ipv4'],
      table: 'filter',
      chain: 'INPUT',
      flag: '--allow-lockout',
    });
    expect(finding?.evidence).toEqual([
      'SSH from 198.51.100.7 port 50514 to 203.0.113.5 port 22',
      'a new connection: dropped by INPUT policy DROP',
      '  before: accepted by INPUT policy ACCEPT',
      'the running connection: dropped by INPUT policy DROP',
      '  before: accepted by INPUT policy ACCEPT',
      'the running connection, new to conntrack: dropped by INPUT policy DROP',
      '  before: accepted by INPUT policy ACCEPT',
    ]);
  });

  test.each<[name: string, edit: Edit]>([
    ['policy DROP behind a proven ACCEPT', { before: ':INPUT ACCEPT', after: `:INPUT DROP\n${STATEFUL}\n${OPEN}` }],
    [
      'an ACCEPT in a chain of ours',
      {
        after: ':INPUT DROP\n-A INPUT -j fw-INPUT\n-A fw-INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT',
        ownership: SHARED,
      },
    ],
    ['an ACCEPT for the network of the client', { after: ':INPUT DROP\n-A INPUT -s 198.51.100.0/24 -j ACCEPT' }],
    ['a drop of other ports', { after: '-A INPUT -p tcp -m tcp --dport 23 -j DROP' }],
    [
      'a maybe that was there before',
      {
        before: ':INPUT DROP\n-A INPUT -m set --match-set mgmt src -j ACCEPT',
        after: ':INPUT DROP\n-A INPUT -m set --match-set mgmt src -j ACCEPT\n-A INPUT -p udp -j ACCEPT',
      },
    ],
    [
      'what was dropped before',
      { before: ':INPUT DROP', after: ':INPUT DROP\n-A INPUT -p tcp -m tcp --dport 22 -j DROP' },
    ],
    ['another namespace', { namespace: 'blue', after: ':INPUT DROP' }],
    ['the other family', { family: 'ipv6', after: ':INPUT DROP' }],
    ['packets that the host forwards', { after: ':FORWARD DROP' }],
    [
      'nat that sends other ports elsewhere',
      { table: 'nat', after: '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080' },
    ],
    [
      'a policy of nat that only the first packet meets',
      { table: 'nat', after: '-A POSTROUTING -o eth0 -j MASQUERADE' },
    ],
  ])('is not endangered by %s', (_, edit) => {
    expect(check(edit)).toEqual([]);
  });

  test.each<[name: string, edit: Edit, evidence: string]>([
    [
      'ports that iptables-nft compares at once',
      { after: '-A INPUT -p tcp -m tcp ! --sport 53 ! --dport 22 -j DROP' },
      'a new connection: may be dropped by INPUT rule 1: -p tcp -m tcp ! --sport 53 ! --dport 22 -j DROP, may be accepted by INPUT policy ACCEPT',
    ],
    [
      'an ACCEPT that is not proven to match',
      { after: ':INPUT DROP\n-A INPUT -m set --match-set mgmt src -j ACCEPT' },
      'a new connection: may be dropped by INPUT policy DROP, may be accepted by INPUT rule 1: -m set --match-set mgmt src -j ACCEPT',
    ],
    [
      'a drop in front of the ACCEPT',
      { before: `:INPUT DROP\n${OPEN}`, after: `:INPUT DROP\n-A INPUT -s 198.51.0.0/16 -j DROP\n${OPEN}` },
      'a new connection: dropped by INPUT rule 1: -s 198.51.0.0/16 -j DROP',
    ],
    [
      'an ACCEPT for another network',
      {
        before: `:INPUT DROP\n${OPEN}`,
        after: ':INPUT DROP\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT',
      },
      'a new connection: dropped by INPUT policy DROP',
    ],
    [
      'only running connections let in',
      { before: `${STATEFUL}\n${OPEN}`, after: `:INPUT DROP\n${STATEFUL}` },
      'a new connection: dropped by INPUT policy DROP',
    ],
    [
      'only new connections let in',
      { before: STATEFUL, after: `:INPUT DROP\n${OPEN.replace('-j', '-m conntrack --ctstate NEW -j')}` },
      'the running connection: dropped by INPUT policy DROP',
    ],
    [
      'a rule for SYN packets where nothing tracked connections',
      { after: `:INPUT DROP\n${STATEFUL}\n${OPEN.replace('-j', '--tcp-flags FIN,SYN,RST,ACK SYN -j')}` },
      'the running connection, new to conntrack: dropped by INPUT policy DROP',
    ],
    [
      'a limit',
      { after: `:INPUT DROP\n${STATEFUL}\n${OPEN.replace('-j', '-m limit --limit 5/min -j')}` },
      'a new connection: may be dropped by INPUT policy DROP, may be accepted by INPUT rule 2: -p tcp -m tcp --dport 22 -m limit --limit 5/min -j ACCEPT',
    ],
    [
      'the answers dropped',
      { after: ':OUTPUT DROP\n-A OUTPUT -p udp -j ACCEPT' },
      'the answers: dropped by OUTPUT policy DROP',
    ],
    [
      'mangle',
      { table: 'mangle', after: '-A PREROUTING -p tcp -m tcp --dport 22 -j DROP' },
      'a new connection: dropped by PREROUTING rule 1: -p tcp -m tcp --dport 22 -j DROP',
    ],
    [
      'raw, before there is a state',
      { table: 'raw', after: '-A PREROUTING -m conntrack --ctstate INVALID -j DROP' },
      'a new connection: may be dropped by PREROUTING rule 1: -m conntrack --ctstate INVALID -j DROP, may be accepted by PREROUTING policy ACCEPT',
    ],
    [
      'connections that are not tracked any more',
      { table: 'raw', after: '-A PREROUTING -p tcp -m tcp --dport 22 -j CT --notrack' },
      'a new connection: cannot be judged at PREROUTING rule 1: -p tcp -m tcp --dport 22 -j CT --notrack, may be accepted by PREROUTING policy ACCEPT',
    ],
    [
      'nat that sends it elsewhere',
      { table: 'nat', after: '-A PREROUTING -p tcp -m tcp --dport 22 -j DNAT --to-destination 10.0.0.9' },
      'a new connection: cannot be judged at PREROUTING rule 1: -p tcp -m tcp --dport 22 -j DNAT --to-destination 10.0.0.9, may be accepted by PREROUTING policy ACCEPT',
    ],
  ])('is endangered by %s', (_, edit, evidence) => {
    const findings = check(edit).filter(({ id }) => id === 'FWG02');
    expect(findings.flatMap((finding) => finding.evidence)).toContain(evidence);
  });

  test('says nothing about packets that conntrack has not seen where it was in use', () => {
    const syn = OPEN.replace('-j', '--tcp-flags FIN,SYN,RST,ACK SYN -j');
    expect(check({ before: STATEFUL, after: `:INPUT DROP\n${STATEFUL}\n${syn}` })).toEqual([]);
  });

  test('is looked at by its own addresses in IPv6', () => {
    const edit: Edit = {
      family: 'ipv6',
      after: ':INPUT DROP\n-A INPUT -s 2001:db8:1::/48 -j ACCEPT\n-A INPUT -p ipv6-icmp -j ACCEPT',
    };
    expect(check(edit, '2001:db8:1::7 50514 2001:db8::5 22')).toEqual([]);
    expect(check(edit, '2001:db8:2::7 50514 2001:db8::5 22')).toHaveLength(1);
  });

  test('counts as IPv4 where sshd writes it as IPv6', () => {
    expect(check({ after: ':INPUT DROP' }, '::ffff:198.51.100.7 50514 ::ffff:203.0.113.5 22')).toHaveLength(1);
  });

  test('may come over lo', () => {
    expect(check({ after: ':INPUT DROP\n-A INPUT -i lo -j ACCEPT' }, '127.0.0.1 50514 127.0.0.1 22')).toEqual([]);
  });

  test('is not asked about where there is none', () => {
    const plan = guardedPlan([{ after: ':INPUT DROP' }]);
    expect(checkGuards(plan, { emptyDesired: [] })).toEqual([]);
  });

  test('stays cheap with a long list in front', () => {
    const list = Array.from({ length: 20_000 }, (_, n) => `-A INPUT -s 10.${n >> 8}.${n & 255}.0/24 -j DROP`).join(
      '\n',
    );
    expect(check({ after: `:INPUT DROP\n${list}\n${OPEN}` })).toEqual([]);
  });
});

describe('over which interface the session comes', () => {
  const edits = {
    drop: '-A INPUT -i lo -j DROP',
    pass: ':INPUT DROP\n-A INPUT ! -i lo -j ACCEPT',
    nat: '-A POSTROUTING -j MASQUERADE',
  };
  test.each<[over: 'lo' | 'any' | undefined, edit: Edit, isSafe: boolean]>([
    [undefined, { after: edits.drop }, true],
    ['any', { after: edits.drop }, false],
    ['lo', { after: edits.drop }, false],
    [undefined, { after: edits.pass }, true],
    ['any', { after: edits.pass }, false],
    ['lo', { after: edits.pass }, false],
    ['any', { table: 'nat', after: edits.nat }, false],
    ['any', { after: ':INPUT DROP\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -j ACCEPT' }, true],
  ])('%s: %o', (over, edit, isSafe) => {
    const ssh = parseSshConnection(SSH);
    if (ssh === undefined) throw new Error('no connection');
    const session = over === undefined ? ssh : { ...ssh, over };
    const found = checkGuards(guardedPlan([edit]), { emptyDesired: [], ssh: session }).filter(
      ({ id }) => id === 'FWG02',
    );
    expect(found.length === 0).toBe(isSafe);
  });
});

describe('parseSshConnection', () => {
  test('reads what sshd writes', () => {
    expect(parseSshConnection(SSH)).toEqual({
      clientAddress: '198.51.100.7',
      clientPort: 50514,
      serverAddress: '203.0.113.5',
      serverPort: 22,
    });
    expect(parseSshConnection('fe80::7%eth0 50514 fe80::5%eth0 22')?.clientAddress).toBe('fe80::7%eth0');
  });

  test.each([
    '',
    'UNKNOWN 65535 UNKNOWN 65535',
    '198.51.100.7 50514 203.0.113.5',
    '198.51.100.7 50514 203.0.113.5 22 x',
    '198.51.100.7 0 203.0.113.5 22',
    '198.51.100.7 50514 203.0.113.5 65536',
    '198.51.100.7 50514 203.0.113.5 2e1',
    '198.51.100.256 50514 203.0.113.5 22',
    '198.51.100.7 50514 2001:db8::5 22',
    '198.51.100.7/8 50514 203.0.113.5 22',
  ])('takes %j for no connection', (text) => {
    expect(parseSshConnection(text)).toBeUndefined();
  });
});

function check(edit: Edit, connection = SSH): readonly Finding[] {
  const ssh = parseSshConnection(connection);
  if (ssh === undefined) throw new Error(`not a connection: ${connection}`);
  return checkGuards(guardedPlan([edit]), { emptyDesired: [], ssh, settings: { tcpLoose: true } }).filter(
    ({ id }) => id === 'FWG02',
  );
}
