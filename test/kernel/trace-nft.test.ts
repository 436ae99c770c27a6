import { expect, test } from 'vitest';
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

/** In the words of nft. */
function lines({ steps, end }: Trace): readonly string[] {
  if (end.kind !== 'verdict') return ['open'];
  return steps.flatMap((step) => {
    if (step.kind === 'skipped') return [];
    const { table, chain, number, text } = step.place;
    if (step.kind === 'policy') return [`${table} ${chain} policy ${text.toLowerCase()}`];
    return [`${table} ${chain} ${number} ${verdictOf(step.action)}`];
  });
}

function verdictOf(action: Extract<Trace['steps'][number], { kind: 'rule' }>['action']): string {
  switch (action.kind) {
    case 'accept':
    case 'translate':
      return 'accept';
    case 'drop':
    case 'reject':
      return 'drop';
    case 'jump':
    case 'goto':
      return `${action.kind} ${action.chain}`;
    case 'return':
      return 'return';
    default:
      return 'continue';
  }
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
