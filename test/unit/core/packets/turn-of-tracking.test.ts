import { describe, expect, test } from 'vitest';
import { parseFlow } from '../../../../src/core/packets/flow/parse-flow.ts';
import { compareTraffic } from '../../../../src/core/packets/traffic/compare-traffic.ts';
import { measureOpened } from '../../../../src/core/packets/traffic/measure-opened.ts';
import { opensOnlyInside } from '../../../../src/core/packets/traffic/opens-only-inside.ts';
import { proveFlow } from '../../../../src/core/packets/traffic/prove-flow.ts';
import { firewallOf, pathOf } from '../../../support/traffic.ts';

const NODES = { nodes: 100_000 };
const PORTS = '-A FORWARD -p udp -m udp --dport 22 -j DROP';
const STATES = '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT';

function everything() {
  const read = parseFlow('any any -> any');
  if (!('flow' in read)) throw new Error('no flow');
  return read.flow;
}

describe('where conntrack begins or ceases to follow connections', () => {
  test('that is an effect on every path, also where no rule changes', () => {
    const plain = firewallOf({ filter: '-A INPUT -p udp -j ACCEPT' });
    const tracked = firewallOf({ filter: `-A INPUT -p udp -j ACCEPT\n${STATES}` });
    for (const [from, to] of [
      [plain, tracked],
      [tracked, plain],
    ] as const) {
      expect(new Set(compareTraffic(from, to, NODES).map(({ noEffect }) => noEffect))).toEqual(new Set([false]));
    }
  });

  test('forwarded packets are not judged where rules saw fragments, and are where they saw none', () => {
    const asked = { path: 'FORWARD' } as const;
    const [apart, together] = [{ filter: PORTS }, { filter: `${PORTS}\n${STATES}` }];
    expect(pathOf(apart, together, asked).claim.kind).toBe('not-judged');
    expect(pathOf(together, apart, asked).claim.kind).toBe('not-judged');
    expect(pathOf({}, together, asked).claim.kind).toBe('exact');
    expect(pathOf(apart, together).claim.kind).toBe('exact');
    expect(measureOpened(firewallOf(apart), firewallOf(together), NODES).kind).toBe('not-measured');
    expect(opensOnlyInside(firewallOf(apart), firewallOf(together), [everything()], NODES)).toBe(false);
  });

  test('running connections that were translated are not judged, also on paths where no rule changes', () => {
    const nat = '-A POSTROUTING -o eth0 -j MASQUERADE';
    expect(pathOf({ nat }, {}, { connections: 'running' }).claim.kind).toBe('not-judged');
  });
});

describe('a source that nat INPUT rewrites', () => {
  const filter = '-A INPUT -p tcp -j DROP';
  const nat = '-A INPUT -j SNAT --to-source 10.9.9.9';
  const security = '-A INPUT -s 10.9.9.9/32 -j DROP';

  test('is not judged where security asks for it, which nft asks behind nat', () => {
    expect(pathOf({ nat, security }, { nat, security, filter }).claim.kind).toBe('not-judged');
    expect(pathOf({ nat, security }, { nat, security, filter: PORTS }).claim.kind).toBe('exact');
    expect(proveFlow(firewallOf({ nat, security }), 'INPUT', 'new', everything(), NODES).kind).toBe('not-judged');
  });

  test('is judged where it is asked in front of nat, or not at all', () => {
    const claims = (texts: Parameters<typeof firewallOf>[0], backend: 'nft' | 'legacy') =>
      compareTraffic(firewallOf(texts, 'ipv4', backend), firewallOf({ ...texts, filter }, 'ipv4', backend), NODES).map(
        ({ claim }) => claim.kind,
      );
    expect(claims({ nat, security }, 'legacy')).not.toContain('not-judged');
    expect(claims({ nat, security: '-A INPUT -p udp -j DROP' }, 'nft')).not.toContain('not-judged');
  });
});
