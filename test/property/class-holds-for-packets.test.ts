import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOfPlan } from '../../src/core/approval/class-of-plan.ts';
import { parseAddress } from '../../src/core/packets/address.ts';
import { UNKNOWN_BITS } from '../../src/core/packets/bits.ts';
import { evaluate } from '../../src/core/packets/evaluate.ts';
import type { Packet } from '../../src/core/packets/packet.ts';
import { compareTraffic } from '../../src/core/packets/traffic/compare-traffic.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { trafficOfPlan } from '../../src/core/traffic/traffic-of-plan.ts';
import { guardedPlan, liveOf } from '../support/guarded-plan.ts';

const SEED = 20261124;
const NO_FLAGS = { FIN: 'no', SYN: 'yes', RST: 'no', PSH: 'no', ACK: 'no', URG: 'no' } as const;

/** Few addresses and ports, so that rules often meet the same packets. */
const SOURCES = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const PORTS = [22, 80];

const PACKETS: readonly Packet[] = SOURCES.flatMap((source) =>
  PORTS.map((destinationPort) => ({
    source: addressOf(source),
    destination: addressOf('10.0.0.9'),
    content: { sourcePort: 40_000, destinationPort, flags: NO_FLAGS },
    input: { name: 'eth0' },
    output: 'none' as const,
    mark: UNKNOWN_BITS,
    connectionMark: UNKNOWN_BITS,
    rewritten: [],
  })),
);

const match = fc.constantFrom(
  '',
  ...SOURCES.map((source) => `-s ${source}/32 `),
  ...PORTS.map((port) => `-p tcp -m tcp --dport ${port} `),
);
const target = fc.constantFrom('ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP', 'RETURN', 'LOG', 'one', 'two');
const comment = fc.constantFrom('', '', '', '-m comment --comment a ', '-m comment --comment b ');
const rule = fc
  .tuple(match, comment, target)
  .map(([words, note, name]) => ({ words: `${words}${note}-j ${name}`, name }));
/** `two` may be entered from `one`, never the other way round. */
const chains = fc.record({
  INPUT: fc.array(rule, { maxLength: 6 }),
  one: fc.array(
    rule.filter(({ name }) => name !== 'one'),
    { maxLength: 3 },
  ),
  two: fc.array(
    rule.filter(({ name }) => name !== 'one' && name !== 'two'),
    { maxLength: 3 },
  ),
});

/** Small edits of a table, so that small classes are met. */
const edited = chains.chain((before) =>
  fc.record({
    before: fc.constant(before),
    after: fc.record({
      INPUT: edit(before.INPUT, rule),
      one: edit(
        before.one,
        rule.filter(({ name }) => name !== 'one'),
      ),
      two: edit(
        before.two,
        rule.filter(({ name }) => name !== 'one' && name !== 'two'),
      ),
    }),
    policy: fc.constantFrom('ACCEPT', 'DROP'),
  }),
);

function edit<T>(rules: readonly T[], one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  const insert = fc
    .tuple(fc.nat(rules.length), one)
    .map(([at, fresh]) => [...rules.slice(0, at), fresh, ...rules.slice(at)]);
  const move = fc.tuple(fc.nat(rules.length), fc.nat(rules.length)).map(([from, to]) => {
    const rest = rules.filter((_, at) => at !== from);
    return [...rest.slice(0, to), ...rules.slice(from, from + 1), ...rest.slice(to)];
  });
  return fc.oneof(fc.constant(rules), fc.constant(rules), insert, move);
}

describe('the class of a plan, against the packets before and after', () => {
  it('no-effect changes none, closes drops some and opens none, opens drops none', () => {
    const met = { 'no-effect': 0, closes: 0, opens: 0, any: 0 };
    fc.assert(
      fc.property(edited, ({ before, after, policy }) => {
        const [was = '', is = ''] = [before, after].map((table) => printTable(table, policy));
        const edits = [{ before: was, after: is }];
        const plan = guardedPlan(edits);
        const traffic = trafficOfPlan(plan, { live: liveOf(edits), compare: compareTraffic, nodes: 100_000 });
        const found = classOfPlan(plan, [], traffic);
        if (found === undefined) return;
        met[found.class] += 1;
        const [pair] = tableSteps(plan);
        if (found.class === 'any' || pair?.before === undefined) return;
        for (const packet of PACKETS) {
          const old = evaluate(pair.before, 'INPUT', packet).verdict;
          const fresh = evaluate(pair.after, 'INPUT', packet).verdict;
          if (found.class !== 'closes' && old === 'accept') expect(fresh).toBe('accept');
          if (found.class !== 'opens' && old === 'drop') expect(fresh).toBe('drop');
        }
      }),
      { seed: SEED, numRuns: 400 },
    );
    // The test says something about each class only if it met each.
    expect(Math.min(met['no-effect'], met.closes, met.opens)).toBeGreaterThan(10);
  });
});

function printTable(table: Record<string, readonly { readonly words: string }[]>, policy: string): string {
  const rules = Object.entries(table).flatMap(([chain, list]) => list.map(({ words }) => `-A ${chain} ${words}`));
  return [`:INPUT ${policy} [0:0]`, ':one - [0:0]', ':two - [0:0]', ...rules].join('\n');
}

function addressOf(text: string): Packet['source'] {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}
