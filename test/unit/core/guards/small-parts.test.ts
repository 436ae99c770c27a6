import { describe, expect, test } from 'vitest';
import { findMoved } from '../../../../src/core/guards/check-removal-in-use.ts';
import { ownerOf } from '../../../../src/core/ownership/known-programs.ts';
import { isInNetwork, isInRange, parseAddress } from '../../../../src/core/packets/address.ts';
import { sampleCounters } from '../../../../src/core/plan/sample-counters.ts';
import { tableOf } from '../../../support/table-of.ts';

describe('addresses', () => {
  test.each([
    ['192.0.2.1', 'ipv4', 0xc0000201n],
    ['::1', 'ipv6', 1n],
    ['2001:db8::', 'ipv6', 0x20010db8n << 96n],
    ['1:2:3:4:5:6:7:8', 'ipv6', 0x00010002000300040005000600070008n],
    ['::ffff:192.0.2.1', 'ipv4', 0xc0000201n],
    ['64:ff9b::192.0.2.1', 'ipv6', (0x64ff9bn << 96n) | 0xc0000201n],
  ])('%s', (text, family, value) => {
    expect(parseAddress(text)).toEqual({ family, value });
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.1234',
    '1.2.3.4%eth0',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '::g',
    '1.2.3.4::',
    '::1.2.3.4:5',
    'fe80::1%',
    '::1%a%b',
    `::${'0'.repeat(99)}`,
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    ['192.0.2.0/24', 'yes'],
    ['192.0.2.77/32', 'yes'],
    ['192.0.2.77', 'yes'],
    ['192.0.2.78', 'no'],
    ['0.0.0.0/0', 'yes'],
    ['192.0.3.0/23', 'yes'],
    ['192.0.2.0/33', 'unknown'],
    ['192.0.2.0/x', 'unknown'],
    ['host/24', 'unknown'],
    ['192.0.2.0/24/8', 'unknown'],
    ['::/0', 'unknown'],
  ] as const)('192.0.2.77 in %s: %s', (network, is) => {
    const address = parseAddress('192.0.2.77');
    expect(address && isInNetwork(address, network)).toBe(is);
  });

  test('a range takes in both ends', () => {
    const address = parseAddress('192.0.2.77');
    const inRange = (range: string) => address && isInRange(address, range);
    expect(['192.0.2.77-192.0.2.77', '192.0.2.1-192.0.2.76', '192.0.2.78-192.0.2.1', '192.0.2.1'].map(inRange)).toEqual(
      ['yes', 'no', 'no', 'unknown'],
    );
  });
});

describe('findMoved', () => {
  test('counts what came between, all of it where the rule is new or was zeroed', () => {
    const before = new Map([
      ['still', ['5', '50']],
      ['busy', ['5', '50']],
      ['zeroed', ['900', '9']],
    ] as const);
    const now = new Map([
      ['still', ['5', '50']],
      ['busy', ['18446744073709551615', '1']],
      ['zeroed', ['3', '1']],
      ['new', ['2', '1']],
      ['unused', ['0', '0']],
      ['broken', ['-1', '0']],
    ] as const);
    expect([...findMoved(before, now)]).toEqual([
      ['busy', 18446744073709551610n],
      ['zeroed', 3n],
      ['new', 2n],
    ]);
  });

  test('a sample adds up equal rules of a chain and keeps chains apart', () => {
    const table = tableOf(
      'filter',
      '[1:10] -A INPUT -j LOG\n[2:20] -A INPUT -j LOG\n[4:40] -A FORWARD -j LOG\n-A OUTPUT -j LOG',
    );
    const sample = sampleCounters({ namespace: { kind: 'host' }, family: 'ipv4', table: 'filter' }, table);
    expect([...sample.values()]).toEqual([
      ['3', '30'],
      ['4', '40'],
    ]);
  });
});

describe('ownerOf', () => {
  test.each([
    ['DOCKER', 'Docker'],
    ['DOCKER-ISOLATION-STAGE-1', 'Docker'],
    ['KUBE-SVC-ABCDEFGHIJKLMNOP', 'kube-proxy'],
    ['cali-INPUT', 'Calico'],
    ['CILIUM_FORWARD', 'Cilium'],
    ['OLD_CILIUM_FORWARD', 'Cilium'],
    ['f2b-sshd', 'fail2ban'],
    ['fail2ban-ssh', 'fail2ban'],
    ['ufw-before-input', 'ufw'],
    ['ufw6-before-input', 'ufw'],
    ['IN_public_allow', 'firewalld'],
    ['RFC3964_IPv4', 'firewalld'],
    ['INPUT_ZONES', 'firewalld'],
    ['FORWARD_IN_ZONES', 'firewalld'],
    ['INPUT_direct', 'firewalld'],
    ['LIBVIRT_INP', 'libvirt'],
    ['ts-input', 'Tailscale'],
    ['ISTIO_INBOUND', 'Istio'],
    ['neutron-openvswi-i1234', 'Neutron'],
    ['INPUT', undefined],
    ['fw-INPUT', undefined],
    ['DOCKERS', undefined],
    ['docker', undefined],
    ['', undefined],
  ])('%s: %s', (chain, owner) => {
    expect(ownerOf(chain)).toBe(owner);
  });
});
