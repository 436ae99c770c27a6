import { expect, test } from 'vitest';
import { waysInNftWords } from '../../src/core/packets/trace/nft-words.ts';
import { makeTracer } from '../../src/core/packets/trace/trace-packet.ts';
import type { Trace } from '../../src/core/packets/trace/types.ts';
import { aimedPackets } from '../support/packets/aimed-packets.ts';
import { OWN } from '../support/packets/ground.ts';
import { nftTraces } from '../support/packets/nft-trace.ts';
import { printRuleset, randomRuleset } from '../support/packets/random-ruleset.ts';
import { firewallOf, makeCourse } from '../support/packets/round.ts';
import { seeded } from '../support/packets/seeded.ts';

/** By hand: FW_TRACE_PACKETS=420 takes 2,520 packets. */
const PACKETS = Number(process.env.FW_TRACE_PACKETS ?? 60);
const SEED = Number(process.env.FW_PACKET_SEED ?? 1);

function lines(trace: Trace): readonly string[] {
  const [way, ...others] = waysInNftWords(trace) ?? [];
  return way === undefined || others.length > 0 ? ['open'] : way.map(({ text }) => text);
}

test.each(['INPUT', 'FORWARD', 'OUTPUT'] as const)('nft traces packets on the way that fw says (%s)', async (path) => {
  const course = await makeCourse(path, 'nft');
  for (const [at, family] of (['ipv4', 'ipv6'] as const).entries()) {
    const seed = SEED + at;
    const saved = course.ground.load(family, printRuleset(randomRuleset(seed, family, path)));
    const firewall = firewallOf(course, family, saved);
    const packets = aimedPackets(firewall, firewall, path, PACKETS, seeded(seed + 7));
    const traces = await nftTraces(course.ground, family, packets);
    const tracer = makeTracer(firewall);
    const options = { localAddress: (input: string) => OWN[family](input) };
    const said = packets.map((packet, index) => [index, ...lines(tracer(packet, options))]);
    expect(traces.map((way, index) => [index, ...way])).toEqual(said);
  }
});
