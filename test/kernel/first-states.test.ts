import { describe, expect, test } from 'vitest';
import { firstState } from '../../src/core/packets/trace/first-state.ts';
import type { CtState, TracedPacket } from '../../src/core/packets/trace/types.ts';
import { usesConntrack } from '../../src/core/packets/tracking.ts';
import { CT_STATES } from '../../src/core/packets/types/condition.ts';
import type { Family } from '../../src/core/rules/types.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { makeGround } from '../support/packets/ground.ts';
import { tableOf } from '../support/table-of.ts';

const SOURCE = { ipv4: 0xc6336407n, ipv6: (0x20010db8n << 96n) + 7n };
const DESTINATION = { ipv4: 0xcb007105n, ipv6: (0x20010db8n << 96n) + 0x10005n };

/** Every combination of the flags of TCP, every type of ICMP, and a packet of other protocols; each a connection of its own. */
function samples(family: Family): readonly Omit<TracedPacket, 'state'>[] {
  const base = (at: number) => ({
    path: 'INPUT' as const,
    source: SOURCE[family] + (BigInt(at) << 12n),
    destination: DESTINATION[family],
    links: { input: 'eth0' },
  });
  const ports = { sourcePort: 40000, destinationPort: 22 };
  const icmp = family === 'ipv4' ? 1 : 58;
  return [
    ...Array.from({ length: 64 }, (_, flags) => ({ ...base(flags), ...ports, protocol: 6, tcpFlags: flags })),
    ...Array.from({ length: 256 }, (_, type) => ({ ...base(100 + type), protocol: icmp, icmp: type * 256 })),
    ...[17, 132, 136].map((protocol) => ({ ...base(500 + protocol), ...ports, protocol })),
    ...[2, 47, 50, 89, 253].map((protocol) => ({ ...base(500 + protocol), protocol })),
  ];
}

/** Lets pass in raw and filter only what has one state. */
function only(state: CtState, raw: string): string {
  return `*raw\n:PREROUTING ACCEPT [0:0]\n${raw}COMMIT\n*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ${state} -j ACCEPT\nCOMMIT\n`;
}

async function statesOf(family: Family, loose: boolean, raw = ''): Promise<readonly (CtState | undefined)[]> {
  const ground = await makeGround('INPUT', 'nft');
  inNamespace(ground.namespace, 'sysctl', ['-qw', `net.netfilter.nf_conntrack_tcp_loose=${loose ? 1 : 0}`]);
  const packets = samples(family).map((packet) => ({ ...packet, state: 'NEW' as const }));
  const found: (CtState | undefined)[] = packets.map(() => undefined);
  for (const state of CT_STATES) {
    ground.load(family, only(state, raw));
    for (const at of await ground.send(family, packets)) found[at] = state;
  }
  return found;
}

describe.each(['ipv4', 'ipv6'] as const)('what conntrack takes a first packet for (%s)', (family) => {
  test.each([true, false])('with tcp_loose %s', async (tcpLoose) => {
    const kernel = await statesOf(family, tcpLoose);
    const model = samples(family).map((packet) => firstState(packet, family, { tcpLoose }));
    const lines = (states: readonly (CtState | undefined)[]) =>
      samples(family).map((packet, at) => `${packet.protocol} ${packet.tcpFlags ?? packet.icmp ?? ''} ${states[at]}`);
    // What no fact of the kernel decides, no caller may take for known.
    expect(lines(model)).toEqual(lines(kernel).map((line) => (line === '136  INVALID' ? '136  undefined' : line)));
  });

  test('of an untracked packet nothing', async () => {
    const kernel = await statesOf(family, true, '-A PREROUTING -j CT --notrack\n');
    expect(new Set(kernel)).toEqual(new Set(['UNTRACKED']));
  });
});

const FILTER = [
  ...[
    '-p udp',
    '-m socket',
    '-m comment --comment " -m conntrack "',
    '-m conntrack --ctstate NEW',
    '-m state --state NEW',
  ],
  ...['-m connmark --mark 1', '-m connlabel --label 1', '-m helper --helper ftp', '-m connlimit --connlimit-above 3'],
  '-m connbytes --connbytes 10 --connbytes-dir both --connbytes-mode bytes',
  '-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1',
  '-p tcp -j SYNPROXY',
].map((rule) => ['filter', 'INPUT', rule] as const);
/** Each alone makes conntrack look at packets, or does not. */
const RULES = [
  ...FILTER,
  ...['CONNMARK --set-mark 1', 'CONNSECMARK --save', 'MARK --set-mark 1'].map(
    (rule) => ['mangle', 'INPUT', `-j ${rule}`] as const,
  ),
  ...['CT --notrack', 'NOTRACK', 'CT --zone 1'].map((rule) => ['raw', 'OUTPUT', `-p tcp -j ${rule}`] as const),
  ['nat', 'OUTPUT', '-p tcp -j REDIRECT'],
] as const;

/** The same modules of the kernel for both backends. */
test('the rules with which conntrack begins are those of which fw says so', () => {
  const namespace = makeNamespace('tracking');
  const script = RULES.map(([table, chain, rule]) => {
    const program = `iptables-nft -t ${table}`;
    // A packet of UDP through lo has an entry where conntrack looks.
    return `${program} -A ${chain} ${rule} && { echo x > /dev/udp/127.0.0.1/9; } 2>/dev/null
      cat /proc/sys/net/netfilter/nf_conntrack_count; ${program} -D ${chain} ${rule}; conntrack -F 2>/dev/null`;
  });
  const { stdout } = inNamespace(namespace, 'bash', ['-c', `ip link set lo up; ${script.join('\n')}`]);
  const counts = stdout.trim().split('\n');
  const model = RULES.map(([table, chain, rule]) => usesConntrack(tableOf(table, `-A ${chain} ${rule}`)));
  expect(RULES.map(([, , rule], at) => `${rule}: ${model[at]}`)).toEqual(
    RULES.map(([, , rule], at) => `${rule}: ${counts[at] !== '0'}`),
  );
});
