import { describe, expect, it } from 'vitest';
import { packetLine } from '../../../../src/core/packets/trace/packet-line.ts';
import { type PacketWords, readTracedPacket } from '../../../../src/core/packets/trace/read-traced-packet.ts';

const SSH: PacketWords = { protocol: 'tcp', source: '198.51.100.7:40000', destination: '192.0.2.1:22', input: 'eth0' };

function line(words: Partial<PacketWords>): string {
  const read = readTracedPacket({ ...SSH, ...words });
  return 'problem' in read ? read.problem : packetLine({ ...read.packet, path: 'INPUT' }, read.family);
}

describe('a packet in words', () => {
  it.each<[Partial<PacketWords>, string]>([
    [{}, 'tcp 198.51.100.7:40000 -> 192.0.2.1:22, in eth0, NEW SYN, to this host'],
    [{ flags: 'fin,ack' }, 'tcp 198.51.100.7:40000 -> 192.0.2.1:22, in eth0, INVALID FIN,ACK, to this host'],
    [{ state: 'established' }, 'tcp 198.51.100.7:40000 -> 192.0.2.1:22, in eth0, ESTABLISHED ACK, to this host'],
    [{ mark: '0x10' }, 'tcp 198.51.100.7:40000 -> 192.0.2.1:22, in eth0, NEW SYN, mark 0x10, to this host'],
    [
      { protocol: 'udp', source: '[2001:db8::7]:5000', destination: '[2001:db8::1]:53' },
      'udp [2001:db8::7]:5000 -> [2001:db8::1]:53, in eth0, NEW, to this host',
    ],
    [
      { protocol: 'icmp', source: '198.51.100.7', destination: '192.0.2.1' },
      'icmp 198.51.100.7 -> 192.0.2.1, type 8 code 0, in eth0, NEW, to this host',
    ],
    [
      { protocol: 'icmp', source: 'fe80::7', destination: 'fe80::1', icmp: 'neighbour-solicitation' },
      'icmpv6 fe80::7 -> fe80::1, type 135 code 0, in eth0, UNTRACKED, to this host',
    ],
    [
      { protocol: '47', source: '198.51.100.7', destination: '192.0.2.1' },
      'gre 198.51.100.7 -> 192.0.2.1, in eth0, NEW, to this host',
    ],
  ])('%j', (words, expected) => {
    expect(line(words)).toBe(expected);
  });

  it.each<[Partial<PacketWords>, string]>([
    [{ source: '198.51.100.7' }, 'the source has no port'],
    [{ destination: '192.0.2.1:70000' }, '"192.0.2.1:70000" is no address'],
    [{ destination: '[2001:db8::1]:22' }, 'one address is IPv4'],
    [{ protocol: 'icmp' }, 'the protocol has no ports'],
    [{ protocol: 'nosuch' }, 'is no protocol'],
    [{ protocol: 'all' }, 'is no protocol'],
    [{ flags: 'SYN,X' }, 'are no flags'],
    [{ protocol: 'udp', flags: 'SYN' }, 'only tcp has flags'],
    [{ icmp: '8' }, 'only icmp has a type'],
    [{ mark: '0x1ffffffff' }, 'is no mark'],
    [{ mac: 'x' }, 'is no MAC address'],
    // Whether it begins a connection depends on nf_conntrack_tcp_loose.
    [{ flags: 'ACK' }, 'depends on the kernel'],
  ])('that is none: %j', (words, problem) => {
    expect(line(words)).toContain(problem);
    // --state is where the state is, in every command.
    expect(line(words)).not.toMatch(/--state\b/);
  });
});
