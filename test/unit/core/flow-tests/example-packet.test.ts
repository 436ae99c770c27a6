import { describe, expect, it } from 'vitest';
import { examplePacket } from '../../../../src/core/flow-tests/example-packet.ts';

const words = (
  flow: Parameters<typeof examplePacket>[0],
  family: 'ipv4' | 'ipv6' = 'ipv4',
  path: 'INPUT' | 'FORWARD' | 'OUTPUT' = 'INPUT',
) => examplePacket(flow, family, path)?.join(' ');

describe('one packet of a flow', () => {
  it('is in all that the flow names', () => {
    expect(words({})).toBe('tcp 198.51.100.7:40000 192.0.2.1:80 --in eth0');
    expect(words({ protocol: ['udp'], source: ['10.1.0.0/16', '10.9.0.0/16'], destinationPorts: ['1024:2000'] })).toBe(
      'udp 10.1.0.0:40000 192.0.2.1:1024 --in eth0',
    );
    expect(words({ protocol: ['gre'], input: ['wg+'], output: ['lan0'] }, 'ipv4', 'FORWARD')).toBe(
      'gre 198.51.100.7 192.0.2.1 --in wg0 --out lan0',
    );
    expect(words({ source: ['2001:db8:1::/48'] }, 'ipv6', 'OUTPUT')).toBe(
      'tcp [2001:db8:1::]:40000 [2001:db8::1]:80 --out eth0',
    );
    expect(words({ protocol: ['icmp'], also: ['icmp 8', 'state ESTABLISHED'] })).toBe(
      'icmp 198.51.100.7 192.0.2.1 --icmp 8 --in eth0 --ctstate established',
    );
  });

  it('is in none that it leaves out', () => {
    expect(
      words({ source: ['!198.51.100.0/24', '!192.0.2.0-192.0.2.255'], destinationPorts: ['!80'], input: ['!eth0'] }),
    ).toBe('tcp 10.0.0.7:40000 192.0.2.1:40001 --in eth1');
    expect(words({ protocol: ['!tcp'], input: ['!eth+'] })).toBe('udp 198.51.100.7:40000 192.0.2.1:80 --in ens3');
  });

  it('is not told where words of a command do not tell it', () => {
    expect(words({ also: ['mark 0x1/0x1'] })).toBeUndefined();
    expect(words({ source: ['!0.0.0.0/0'] })).toBeUndefined();
  });
});
