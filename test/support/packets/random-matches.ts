import type { Family, TableName } from '../../../src/core/rules/types.ts';
import { OUTPUT } from './ground.ts';
import type { Seeded } from './seeded.ts';

/** Networks one inside the other, single hosts, a mask with holes. */
const NETS: Readonly<Record<Family, readonly string[]>> = {
  ipv4: [
    ...['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3/32', '10.1.2.128/25', '10.0.0.1/255.0.0.255'],
    ...['198.51.100.0/24', '198.51.100.64/26', '198.51.100.7/32', '203.0.113.5/32', '203.0.113.0/28'],
    ...['0.0.0.0/1', '172.16.0.0/12'],
  ],
  ipv6: [
    ...['2001:db8::/32', '2001:db8:1::/48', '2001:db8:1:2::/64', '2001:db8:1:2::3/128', '2001:db8:1:2:8000::/65'],
    ...['2001:db8::1/ffff:ffff::ffff', 'fd00::/8', 'fd00:0:0:64::/58', 'fd00::7/128', '2001:db8:113::5/128'],
    ...['::/1', '2001:db8:113::/124'],
  ],
};
const RANGES: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['10.1.2.3-10.1.2.77', '198.51.100.1-198.51.100.200', '10.0.255.250-10.1.0.5'],
  ipv6: ['2001:db8:1:2::3-2001:db8:1:2::77', 'fd00::1-fd00::c8', '2001:db8:0:ffff::-2001:db8:1::5'],
};
const LINKS = ['eth0', 'eth1', 'vlan10', 'eth+', 'vlan+', 'vlan1+', 'e+', 'lo'];
const PORTS = ['22', '80', '443', '1:1023', '8080:8090', '5000:', '53', '0', ':79'];
const FLAGS = ['FIN,SYN,RST,ACK SYN', 'SYN SYN', 'ALL NONE', 'SYN,PSH SYN', 'ACK,RST ACK', 'SYN ACK', 'ALL FIN,ACK'];
const STATES = [
  'NEW',
  'RELATED,ESTABLISHED',
  'INVALID',
  'NEW,INVALID',
  'ESTABLISHED,NEW',
  'UNTRACKED',
  'DNAT',
  'NEW,SNAT',
  'INVALID,UNTRACKED',
];
const MARKS = ['0x1', '0x0', '0x2/0x2', '0x10/0xff', '0x3', '0x1/0x0', '0x0/0x10'];
const ICMP: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['8', '0', '3', '3/3', '3/4', '11', '13', 'any'],
  ipv6: ['128', '129', '1', '1/4', '135', '134', '133', '2', '143'],
};
const PROTOCOLS = ['tcp', 'tcp', 'tcp', 'udp', 'icmp', 'sctp', 'udplite', '! tcp', '! icmp', 'gre'];

/** Interfaces that a hook has; asked for in a chain of its own, where iptables allows both, either may be missing. */
export type Place = {
  readonly table: TableName;
  readonly input: boolean;
  readonly output: boolean;
  readonly mac: boolean;
};

/** The matches of one rule, from the whole grammar: what the model was once wrong about stays in it. */
export function randomMatches(
  random: Seeded,
  family: Family,
  place: Place,
): { readonly text: string; readonly protocol?: string } {
  const { chance, pick } = random;
  const not = () => (chance(0.2) ? '! ' : '');
  const words: string[] = [];
  const add = (probability: number, text: () => string) => {
    if (chance(probability)) words.push(text());
  };
  add(0.35, () => `${not()}-s ${pick(NETS[family])}`);
  add(0.25, () => `${not()}-d ${pick(NETS[family])}`);
  if (place.input) add(0.25, () => `${not()}-i ${pick(LINKS)}`);
  if (place.output) add(0.15, () => `${not()}-o ${pick([OUTPUT, 'out+', 'eth0', 'lo'])}`);
  const protocol = chance(0.7) ? pick(PROTOCOLS) : undefined;
  if (protocol !== undefined) words.push(...protocolMatches(random, family, protocol));
  add(0.1, () => `-m iprange ${not()}--${pick(['src', 'dst'])}-range ${pick(RANGES[family])}`);
  add(0.18, () => `-m conntrack ${not()}--ctstate ${pick(STATES)}`);
  add(
    0.05,
    () =>
      `-m conntrack ${pick(['', '--ctstate NEW '])}${not()}--ctorig${pick(['src', 'dst'])} ${pick(NETS[family].filter((net) => !/ff.*::ff|255\.0/.test(net)))}`,
  );
  add(
    0.03,
    () =>
      `-m conntrack ${pick(['--ctdir ORIGINAL', '--ctdir REPLY', '--ctstatus CONFIRMED', '! --ctstatus SEEN_REPLY'])}`,
  );
  add(0.03, () => `-m state --state ${pick(['NEW', 'INVALID', 'UNTRACKED,NEW'])}`);
  add(0.2, () => `-m mark ${not()}--mark ${pick(MARKS)}`);
  add(0.07, () => `-m connmark ${not()}--mark ${pick(MARKS)}`);
  if (place.mac) add(0.06, () => `-m mac ${not()}--mac-source 02:00:00:00:00:0${pick(['a', 'b'])}`);
  add(0.12, () => `-m set ${not()}--match-set ${pick(setMatches(family))}`);
  add(0.05, () => '-m comment --comment "a b"');
  return { text: words.join(' '), ...(protocol === undefined ? {} : { protocol }) };
}

function protocolMatches({ chance, pick }: Seeded, family: Family, protocol: string): readonly string[] {
  const not = () => (chance(0.2) ? '! ' : '');
  const name = protocol.replace('! ', '');
  const real = name === 'icmp' && family === 'ipv6' ? 'icmpv6' : name;
  if (protocol.startsWith('!')) return [`! -p ${real}`];
  const head = `-p ${real}`;
  if (name === 'icmp') {
    if (chance(0.3)) return [head];
    const match = family === 'ipv4' ? 'icmp' : 'icmp6';
    return [head, `-m ${match} ${not()}--${family === 'ipv4' ? 'icmp' : 'icmpv6'}-type ${pick(ICMP[family])}`];
  }
  if (name === 'gre' || chance(0.15)) return [head];
  const ports = [
    () => `-m ${name} ${not()}--dport ${pick(PORTS)}`,
    () => `-m ${name} ${not()}--sport ${pick(PORTS)} ${not()}--dport ${pick(PORTS)}`,
    () => `-m multiport ${not()}--dports ${pick(['22,80,443', '1:1023,8080', '53,5000:6000'])}`,
    () => `-m multiport ${not()}--ports ${pick(['22,80', '53,1024:2000'])}`,
    () => `-m multiport ${not()}--sports ${pick(['22,40000:50000', '1:1023'])}`,
    ...(name === 'tcp'
      ? [() => `-m tcp ${not()}--tcp-flags ${pick(FLAGS)}`, () => `-m tcp --syn ${not()}--dport ${pick(PORTS)}`]
      : []),
  ];
  // udplite has no match of its own in iptables.
  return [head, pick(name === 'udplite' ? ports.slice(2, 5) : ports)()];
}

function setMatches(family: Family): readonly string[] {
  const own = family === 'ipv4' ? '4' : '6';
  const kinds = ['net src', 'net dst', 'service dst,dst', 'service src,dst', 'link src,src', 'all src,dst'];
  const others = ['port src,dst', 'three src,dst,dst', 'masked dst']
    .concat(kinds)
    .map((one) => one.replace(' ', `${own} `));
  return [...others, 'ports dst', ...(family === 'ipv4' ? ['hosts src'] : [])];
}

/** Sets with known content, of as many kinds as rules ask for. */
export const SETS = (['ipv4', 'ipv6'] as const)
  .flatMap((family) => {
    const [own, inet] = family === 'ipv4' ? ['4', 'inet'] : ['6', 'inet6'];
    const [wide, hole, back, one, two] =
      family === 'ipv4'
        ? ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '198.51.100.7', '203.0.113.5']
        : ['2001:db8::/32', '2001:db8:1::/48', '2001:db8:1:2::/64', 'fd00::7', '2001:db8:113::5'];
    return [
      `create net${own} hash:net family ${inet}`,
      `add net${own} ${wide}`,
      `add net${own} ${hole} nomatch`,
      `add net${own} ${back}`,
      `add net${own} ${one}`,
      `create service${own} hash:ip,port family ${inet}`,
      `add service${own} ${one},tcp:22`,
      `add service${own} ${one},udp:53`,
      `add service${own} ${two},tcp:80-90`,
      `add service${own} ${two},${family === 'ipv4' ? 'icmp:8/0' : 'icmpv6:128/0'}`,
      `add service${own} ${one},gre:0`,
      `create link${own} hash:net,iface family ${inet}`,
      `add link${own} ${wide},eth0`,
      `add link${own} ${hole},eth0 nomatch`,
      `add link${own} ${one},vlan10`,
      `create port${own} hash:net,port family ${inet}`,
      `add port${own} ${wide},tcp:22`,
      `add port${own} ${hole},tcp:22 nomatch`,
      `add port${own} ${back},udp:53`,
      `create three${own} hash:ip,port,net family ${inet}`,
      `add three${own} ${one},tcp:80,${wide}`,
      `add three${own} ${one},tcp:80,${hole} nomatch`,
      `create masked${own} hash:ip family ${inet} netmask ${family === 'ipv4' ? 24 : 64}`,
      `add masked${own} ${back.replace(/\/\d+/, '')}`,
      `create all${own} list:set`,
      `add all${own} net${own}`,
      `add all${own} service${own}`,
    ];
  })
  .concat(
    'create hosts bitmap:ip range 10.1.2.0/24',
    'add hosts 10.1.2.3',
    'create ports bitmap:port range 0-1023',
    'add ports 22',
    'add ports 53',
    'add ports 80-90',
    '',
  )
  .join('\n');
