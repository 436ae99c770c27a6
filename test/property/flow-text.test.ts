import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familiesOf } from '../../src/core/packets/flow/check-flow.ts';
import { parseFlow } from '../../src/core/packets/flow/parse-flow.ts';
import { printFlow } from '../../src/core/packets/flow/print-flow.ts';
import { CT_STATES, type Range } from '../../src/core/packets/types/condition.ts';
import type { Among, FlowAddress, FlowPattern } from '../../src/core/packets/types/flow-pattern.ts';
import { FAMILIES, type Family } from '../../src/core/rules/types.ts';

const SEED = 20261129;

const among = <Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<Among<Item>> =>
  fc.record({ not: fc.boolean(), items: fc.array(item, { minLength: 1, maxLength: 4 }) });
const rangeUpTo = (most: bigint): fc.Arbitrary<Range> =>
  fc
    .tuple(fc.bigInt({ min: 0n, max: most }), fc.bigInt({ min: 0n, max: most }))
    .map(([one, other]) => (one < other ? [one, other] : [other, one]));

const address: fc.Arbitrary<FlowAddress> = fc.constantFrom<Family>(...FAMILIES).chain((family) => {
  const width = family === 'ipv4' ? 32n : 128n;
  const all = (1n << width) - 1n;
  const network = fc
    .tuple(fc.bigInt({ min: 0n, max: all }), fc.bigInt({ min: 0n, max: width }))
    .map(([value, bits]): Range => {
      const rest = (1n << (width - bits)) - 1n;
      return [value & (all ^ rest), value | rest];
    });
  const range = fc.oneof(rangeUpTo(all), network);
  // The lowest bit is asked and one above it is not: such a mask is no prefix.
  const masked = fc.tuple(fc.bigInt({ min: 0n, max: all }), fc.bigInt({ min: 0n, max: all })).map(([mask, value]) => {
    const holes = (mask | 1n) & (all ^ 2n);
    return { kind: 'masked' as const, family, mask: holes, value: value & holes };
  });
  return fc.oneof(
    range.map((one): FlowAddress => ({ kind: 'range', family, range: one })),
    masked,
    fc.constantFrom<FlowAddress>({ kind: 'set', name: 'office' }, { kind: 'set', name: 'fw-b.1~2' }),
  );
});
const link = fc.record({ name: fc.constantFrom('eth0', 'wg', 'br-1.20'), prefix: fc.boolean() });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const icmp = among(
  fc.oneof(
    fc.integer({ min: 0, max: 255 }).map((type) => ({ type })),
    fc.record({ type: fc.integer({ min: 0, max: 255 }), code: fc.integer({ min: 0, max: 255 }) }),
  ),
);
const ports = {
  sourcePorts: optional(among(rangeUpTo(65_535n))),
  destinationPorts: optional(among(rangeUpTo(65_535n))),
};
const some = (...items: number[]) => fc.constant({ not: false, items });

/** What goes together: ports with protocols that have them, types with ICMP. */
const head = fc.oneof(
  fc.record({ protocols: optional(among(fc.integer({ min: 0, max: 255 }))) }),
  fc.record({ protocols: fc.oneof(some(6), some(6, 17), some(132)), ...ports }),
  fc.record({ protocols: fc.oneof(some(1), some(58)), icmp: optional(icmp) }),
  fc.record({ protocols: optional(among(fc.integer({ min: 0, max: 255 }))), icmp: optional(icmp), ...ports }),
);

const flow = fc
  .tuple(
    head,
    fc.record({
      families: fc.constantFrom<readonly Family[]>(['ipv4', 'ipv6'], ['ipv4'], ['ipv6']),
      path: optional(fc.constant('FORWARD' as const)),
      source: optional(among(address)),
      destination: optional(among(address)),
      input: optional(among(link)),
      output: optional(among(link)),
      states: optional(among(fc.constantFrom(...CT_STATES))),
    }),
  )
  .map(([one, other]) => {
    const there = Object.entries({ ...one, ...other }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(there) as FlowPattern;
  });

describe('the text of a flow', () => {
  it('is read as the flow that it was printed from, or refused, but never read as another', () => {
    let read = 0;
    fc.assert(
      fc.property(flow, (pattern) => {
        // Of no family it would be no flow.
        fc.pre(familiesOf(pattern).length > 0);
        const parsed = parseFlow(printFlow(pattern));
        if ('problems' in parsed) return;
        read += 1;
        expect(parsed.flow).toEqual({ ...pattern, families: familiesOf(pattern) });
        expect(printFlow(parsed.flow)).toBe(printFlow({ ...pattern, families: familiesOf(pattern) }));
      }),
      { seed: SEED, numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(1_000);
  });

  it('has problems inside of it only, whatever it is', () => {
    const word = fc.constantFrom(
      'tcp',
      'any',
      '->',
      'port',
      '22',
      '!',
      ',',
      'in',
      'eth0',
      '10.0.0.0/8',
      '::/0',
      'to',
      'host',
      'type',
      '@',
      '\u00e9',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(word, { maxLength: 9 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (flowText) => {
        const parsed = parseFlow(flowText);
        if (!('problems' in parsed)) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { start, end } of parsed.problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(flowText.length);
          expect(end).toBeGreaterThanOrEqual(start);
        }
      }),
      { seed: SEED, numRuns: 3_000 },
    );
  });
});
