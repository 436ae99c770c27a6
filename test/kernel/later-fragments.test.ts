import { expect, test } from 'vitest';
import { makeTracer } from '../../src/core/packets/trace/trace-packet.ts';
import type { TracedPacket } from '../../src/core/packets/trace/types.ts';
import { parseSave } from '../../src/core/restore/parse-save.ts';
import { makeGround } from '../support/packets/ground.ts';

/** Rules that ask for ports, flags or types, or only for the protocol. No rule here asks conntrack, which would put fragments together. */
const RULES = [
  '-p udp -m udp --dport 22',
  '-p udp -m udp ! --dport 53',
  '-p udp -m udp --sport 7:9',
  '-p udp -m multiport --dports 22,23',
  '-p udp -m multiport ! --dports 53',
  '-p tcp -m tcp --dport 22',
  '-p tcp -m tcp ! --dport 53',
  '-p tcp -m tcp --tcp-flags SYN SYN',
  '-p sctp -m sctp ! --dport 53',
  '-p sctp -m sctp --dport 22',
  '-p icmp -m icmp --icmp-type 8',
  '-p icmp -m icmp ! --icmp-type 8',
  '-p udp',
  '-f',
  '! -f',
];

/** Fragments behind the first; what stands where ports and flags would be is zero, or looks like those that rules ask for. */
const PACKETS: readonly TracedPacket[] = [6, 17, 132, 1].flatMap((protocol) =>
  [
    { sourcePort: 0, destinationPort: 0, tcpFlags: 0, icmp: 0 },
    { sourcePort: 8, destinationPort: 22, tcpFlags: 2, icmp: 2048 },
  ].map(({ icmp, tcpFlags, ...ports }, at) => ({
    path: 'FORWARD' as const,
    protocol,
    source: 0xc6336407n + BigInt(at),
    destination: 0xcb007105n,
    ...(protocol === 1 ? { icmp } : ports),
    ...(protocol === 6 ? { tcpFlags } : {}),
    laterFragment: true,
    links: { input: 'eth0', output: 'out0' },
    state: 'INVALID' as const,
  })),
);

test.each(['nft', 'legacy'] as const)('a later fragment meets what the trace says (%s)', async (backend) => {
  const ground = await makeGround('FORWARD', backend);
  for (const rule of RULES) {
    const text = `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD ${rule} -j DROP\nCOMMIT\n`;
    const { tables } = parseSave(ground.load('ipv4', text), 'ipv4').ruleset;
    const passed = await ground.send('ipv4', PACKETS);
    const trace = makeTracer({ family: 'ipv4', backend, tables, sets: [], settings: {} });
    const lines = (passes: (packet: TracedPacket, at: number) => boolean) =>
      PACKETS.map(
        (packet, at) => `${rule}: ${packet.protocol} ${packet.destinationPort ?? packet.icmp} ${passes(packet, at)}`,
      );
    const model = lines((packet) => {
      const { end } = trace(packet);
      return end.kind === 'verdict' && end.outcome.verdict === 'accept';
    });
    expect(model).toEqual(lines((_, at) => passed.has(at)));
  }
});
