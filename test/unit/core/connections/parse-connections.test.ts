import { expect, test } from 'vitest';
import { endsKey, parseConnections } from '../../../../src/core/connections/parse-connections.ts';
import { LIMITS } from '../../../../src/core/limits.ts';

const line = (more = '', head = 'ipv4     2 tcp      6 431999 ESTABLISHED', id = 7) =>
  `${head} src=10.0.0.2 dst=10.0.0.1 sport=40000 dport=80 src=10.0.0.1 dst=10.0.0.2 sport=80 dport=40000 [ASSURED] mark=0 ${more}use=1 id=${id}`;

test('a line of conntrack is both tuples, the zone and the id', () => {
  expect(parseConnections(`${line('zone=7 ')}\n`)).toEqual({
    connections: [
      {
        id: '7',
        family: 'ipv4',
        protocol: 6,
        zone: 7,
        original: { source: '10.0.0.2', destination: '10.0.0.1', sourcePort: 40000, destinationPort: 80 },
        reply: { source: '10.0.0.1', destination: '10.0.0.2', sourcePort: 80, destinationPort: 40000 },
      },
    ],
    others: 0,
  });
});

test('IPv6, an unreplied entry, an offloaded one and accounting are read', () => {
  const lines = [
    'ipv6     10 udp      17 29 src=fd09::2 dst=fd09::1 sport=5 dport=53 packets=1 bytes=90 [UNREPLIED] src=fd09::1 dst=fd09::2 sport=53 dport=5 packets=0 bytes=0 mark=0 use=1 id=9',
    'ipv4     2 tcp      6 src=10.0.0.2 dst=10.0.0.1 sport=1 dport=80 src=10.0.0.1 dst=10.0.0.2 sport=80 dport=1 [OFFLOAD] mark=0 use=2 id=8',
  ];
  expect(parseConnections(lines.join('\n')).connections.map(({ id, zone }) => [id, zone])).toEqual([
    ['9', 0],
    ['8', 0],
  ]);
});

test('what is over is no connection, and other protocols are not judged', () => {
  const over = ['TIME_WAIT', 'CLOSE'].map((state) => line('', `ipv4     2 tcp      6 9 ${state}`));
  const icmp =
    'ipv4     2 icmp     1 29 src=10.9.0.2 dst=10.9.0.1 type=8 code=0 id=21966 src=10.9.0.1 dst=10.9.0.2 type=0 code=0 id=21966 mark=0 use=1 id=2';
  const gre =
    'ipv4     2 gre      47 29 src=10.9.0.2 dst=10.9.0.1 srckey=0x0 dstkey=0x1 src=10.9.0.1 dst=10.9.0.2 srckey=0x1 dstkey=0x0 mark=0 use=1 id=3';
  expect(parseConnections([...over, icmp, gre].join('\n'))).toEqual({ connections: [], others: 2 });
});

test('an entry of one direction of a zone is not judged, nor is one that only that zone tells from it', () => {
  const oneWay = line('', undefined, 8).replace(' [ASSURED]', ' zone-reply=8 [ASSURED]');
  expect(
    parseConnections([line(), oneWay, line('zone=7 ', undefined, 9).replaceAll('40000', '40001')].join('\n')),
  ).toMatchObject({
    connections: [{ id: '9' }],
    others: 2,
  });
});

test('a table of which a line is something else is not read', () => {
  expect(() => parseConnections('conntrack: something new')).toThrow('not a line of conntrack');
  expect(() => parseConnections(line().replace('sport=40000', 'sport=-q'))).toThrow('not a line of conntrack');
  expect(() => parseConnections(line().replace('src=10.0.0.2', 'src=--help'))).toThrow('not a line of conntrack');
});

test('more entries than are read are told', () => {
  const { most } = LIMITS.connections;
  const { connections, others } = parseConnections(`${line()}\n`.repeat(most + 2));
  expect([connections.length, others]).toEqual([most, 2]);
});

test('an entry that came back has the same ends, whoever began', () => {
  const [one] = parseConnections(line()).connections;
  const turned =
    'ipv4     2 tcp      6 299 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=80 dport=40000 src=10.0.0.2 dst=10.0.0.1 sport=40000 dport=80 mark=0 use=1 id=11';
  const [other] = parseConnections(turned).connections;
  if (one === undefined || other === undefined) throw new Error('both are connections');
  expect(endsKey(one)).toBe(endsKey(other));
});
