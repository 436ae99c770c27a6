import { describe, expect, test } from 'vitest';
import { proveAllowedIf, proveDenied, proveFlow } from '../../src/core/packets/traffic/prove-flow.ts';
import type { Range } from '../../src/core/packets/types/condition.ts';
import type { FlowPattern } from '../../src/core/packets/types/flow-pattern.ts';
import { CONNECTIONS, PATHS } from '../../src/core/packets/types/traffic.ts';
import type { Family } from '../../src/core/rules/types.ts';
import { printedTexts, randomTexts } from '../support/random-firewall.ts';
import { firewallOf } from '../support/traffic.ts';

/** By hand: FW_FUZZ=200 for as many rulesets. */
const RULESETS = Number(process.env.FW_FUZZ ?? 6);

const LAST = { ipv4: (1n << 32n) - 1n, ipv6: (1n << 128n) - 1n } as const;
const HIGH = { ipv4: 10n << 24n, ipv6: (0x20010db8n << 96n) | (10n << 24n) } as const;

/** Numbers that look random and are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** A flow whose bounds are told, by which most rules are left out, and the same packets as what is left of all others. */
function twins(random: (below: number) => number, family: Family): readonly [FlowPattern, FlowPattern] {
  const first = HIGH[family] | BigInt([0, 1, 5, 6, 0x105, 0x10001, 0x10203, 0x800001][random(8)] ?? 0);
  const range: Range = [first, first + BigInt([0, 0, 1, 255, 0xffff][random(5)] ?? 0)];
  const field = random(2) === 0 ? 'source' : 'destination';
  const item = (one: Range) => ({ kind: 'range', family, range: one }) as const;
  const others: readonly Range[] = [
    [0n, range[0] - 1n],
    [range[1] + 1n, LAST[family]],
  ];
  return [
    { families: [family], [field]: { not: false, items: [item(range)] } },
    { families: [family], [field]: { not: true, items: others.map(item) } },
  ];
}

describe('a flow is proved alike, whether rules are left out that its packets do not meet or not', () => {
  test.each(Array.from({ length: RULESETS }, (_, at) => at + 1))('ruleset %d', (seed) => {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const random = numbers(seed * 41 + (family === 'ipv4' ? 0 : 7));
      const firewall = firewallOf(printedTexts(randomTexts(random, family)), family);
      for (const path of PATHS) {
        for (const connections of CONNECTIONS) {
          const [bounded, same] = twins(random, family);
          for (const prove of [proveFlow, proveDenied, proveAllowedIf]) {
            const [one, other] = [bounded, same].map((flow) =>
              prove(firewall, path, connections, flow, { nodes: 500_000 }),
            );
            expect({ ...one, flows: [], more: 0 }).toEqual({ ...other, flows: [], more: 0 });
          }
        }
      }
    }
  });
});
