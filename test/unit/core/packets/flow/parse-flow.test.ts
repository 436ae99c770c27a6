import { describe, expect, it } from 'vitest';
import { parseFlow } from '../../../../../src/core/packets/flow/parse-flow.ts';
import { printFlow } from '../../../../../src/core/packets/flow/print-flow.ts';

const read = (text: string) => {
  const parsed = parseFlow(text);
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.flow;
};

/** Each problem as the stretch of text it is about, and what is wrong. */
const problems = (text: string) => {
  const parsed = parseFlow(text);
  if (!('problems' in parsed)) return printFlow(parsed.flow);
  return parsed.problems.map(({ start, end, message }) => `${text.slice(start, end)}: ${message}`);
};

describe('a flow', () => {
  it('is a protocol, a source, a destination and what else has to hold', () => {
    expect(read('tcp 203.0.113.0/24 -> 192.0.2.1 port 9100 in eth0')).toEqual({
      families: ['ipv4'],
      protocols: { not: false, items: [6] },
      source: { not: false, items: [{ kind: 'range', family: 'ipv4', range: [0xcb007100n, 0xcb0071ffn] }] },
      destination: { not: false, items: [{ kind: 'range', family: 'ipv4', range: [0xc0000201n, 0xc0000201n] }] },
      destinationPorts: { not: false, items: [[9100n, 9100n]] },
      input: { not: false, items: [{ name: 'eth0', prefix: false }] },
    });
  });

  it.each([
    ['tcp any -> port 22', 'tcp any -> port 22'],
    ['tcp -> port 22', 'tcp any -> port 22'],
    ['any -> any', 'any any -> any'],
    ['tcp,udp port 53 -> port !53', 'tcp,udp port 53 -> port !53'],
    ['6 any -> any port 1024:65535,22', 'tcp any -> port 1024-65535,22'],
    ['tcp !10.0.0.0/255.0.0.0 -> port 8080', 'tcp !10.0.0.0/8 -> port 8080'],
    ['any 10.0.0.1/255.0.0.255 -> any', 'any 10.0.0.1/255.0.0.255 -> any'],
    ['tcp 10.0.0.4-10.0.0.9,10.0.0.0-10.0.0.3 -> port 22', 'tcp 10.0.0.4-10.0.0.9,10.0.0.0/30 -> port 22'],
    ['udp 2001:DB8:0:0:0:0:0:0/32 -> port 53', 'udp 2001:db8::/32 -> port 53'],
    ['icmp any -> any type 8,3/4', 'icmp any -> any type echo-request,fragmentation-needed'],
    ['ipv6-icmp any -> any type 135', 'icmpv6 any -> any type neighbour-solicitation'],
    ['tcp @office -> any port 22 in eth+,!lo', ['!lo: `!` stands in front of a whole list']],
    ['tcp @office -> any port 22 in !eth+,lo', 'tcp @office -> port 22 in !eth+,lo'],
    [
      'tcp any -> port 22 out wg0 state new,established through host',
      'tcp any -> port 22 out wg0 state NEW,ESTABLISHED through host',
    ],
    ['tcp any -> port 22 ipv6', 'tcp any -> port 22 ipv6'],
    ['tcp 192.0.2.1 -> port 22 ipv4', 'tcp 192.0.2.1 -> port 22'],
    ['gre,200 any -> any', 'gre,200 any -> any'],
  ])('%s', (text, printed) => {
    expect(problems(text)).toEqual(printed);
  });

  it('is about the families that its parts leave', () => {
    expect(read('tcp any -> port 22').families).toEqual(['ipv4', 'ipv6']);
    expect(read('tcp !2001:db8::/32 -> port 22').families).toEqual(['ipv6']);
    expect(read('tcp 192.0.2.1,2001:db8::1 -> port 22').families).toEqual(['ipv4', 'ipv6']);
    expect(read('tcp 192.0.2.1,2001:db8::1 -> 198.51.100.1 port 22').families).toEqual(['ipv4']);
    expect(read('icmp any -> any').families).toEqual(['ipv4']);
    expect(read('icmp,icmpv6 any -> any').families).toEqual(['ipv4', 'ipv6']);
    expect(read('tcp @office,192.0.2.1 -> port 22').families).toEqual(['ipv4', 'ipv6']);
  });

  it.each([
    ['', [': The flow is empty']],
    ['tcp 10.0.0.0/8', ['tcp 10.0.0.0/8: The flow has no `->` between its source and its destination']],
    ['-> port 22', ['-> port 22: The flow has no `->` between its source and its destination']],
    ['tpc any -> port 22', ['tpc: `tpc` is no protocol']],
    ['constructor any -> any', ['constructor: `constructor` is no protocol']],
    ['tcp 10.0.0.5/8 -> port 22', ['10.0.0.5/8: `10.0.0.5/8` has bits outside its mask']],
    ['tcp 10.0.0/8 -> port 22', ['10.0.0/8: `10.0.0/8` is no network']],
    ['tcp 10.0.0.0/33 -> port 22', ['10.0.0.0/33: `/33` is no mask of 10.0.0.0']],
    ['tcp 10.0.0.9-10.0.0.1 -> port 22', ['10.0.0.9-10.0.0.1: The range ends before it begins']],
    ['tcp web-1.example -> port 22', ['web-1.example: `web-1.example` is no address']],
    [
      'tcp 10.0.0.1, 10.0.0.2 -> port 22',
      ['10.0.0.2: `10.0.0.2` has no meaning here', ',: An item of the list is empty'],
    ],
    ['tcp any -> port ssh', ['ssh: `ssh` is no port']],
    ['tcp any -> port 65536', ['65536: `65536` is no port']],
    ['tcp any -> port', ['port: `port` has nothing behind it']],
    ['tcp any -> port 22 port 23', ['23: `23` says again what `22` says']],
    ['any any -> port 22', ['22: Not every protocol has ports']],
    ['tcp,icmp any -> port 22', ['22: `icmp` has no ports']],
    ['!udp any -> port 22', ['22: Not every protocol has ports']],
    ['tcp any -> any type 8', ['8: A type is of one protocol, ICMP or ICMPv6']],
    ['icmp any -> any type echo-requst', ['echo-requst: `echo-requst` is no type of ICMP']],
    ['tcp any in eth0 -> any', ['in: `in` stands in front of `->`']],
    ['tcp any -> any prot 22', ['prot: `prot` has no meaning here', '22: `22` has no meaning here']],
    ['tcp any -> any in eth0 from host', ['eth0: A packet from this host has no input interface']],
    ['tcp any -> any out eth0 to host', ['eth0: A packet to this host has no output interface']],
    ['tcp any -> any to there', ['there: `to there` is no way of a packet']],
    ['tcp any -> any state OLD', ['OLD: `OLD` is no state of a connection']],
    [
      'tcp any -> any in interface-name-too-long',
      ['interface-name-too-long: `interface-name-too-long` is no name of an interface'],
    ],
    ['icmp 2001:db8::1 -> any', ['2001:db8::1: No packet has this in IPv4, which the rest of the flow is about']],
    ['tcp 192.0.2.1 -> 2001:db8::1', ['2001:db8::1: No packet has this in IPv4, which the rest of the flow is about']],
    ['tcp 192.0.2.1 -> any ipv6', ['ipv6: No packet has this in IPv4, which the rest of the flow is about']],
    ['tcp !0.0.0.0/0 -> any', ['!0.0.0.0/0: `!0.0.0.0/0` leaves no packet']],
    ['tcp !0.0.0.0/1,128.0.0.0/1 -> any', ['!0.0.0.0/1,128.0.0.0/1: `!0.0.0.0/1,128.0.0.0/1` leaves no packet']],
    ['tcp any -> port !0-65535', ['!0-65535: `!0-65535` leaves no packet']],
    ['tcp ! 10.0.0.0/8 -> any', ['10.0.0.0/8: `10.0.0.0/8` has no meaning here', '!: `!` has nothing behind it']],
    ['tcp any,10.0.0.1 -> any', ['any: `any` stands alone']],
    ['tcp @../x -> any', ['@../x: `../x` is no name of a set']],
  ])('%s is refused at its place', (text, told) => {
    expect(problems(text)).toEqual(told);
  });

  it('is no longer than a reader can follow', () => {
    const long = `tcp ${Array(200).fill('10.0.0.1').join(',')} -> any`;
    expect(problems(long)).toEqual([`${long}: The flow is longer than 1000 characters`]);
  });
});
