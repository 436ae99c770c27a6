import { expect, test } from 'vitest';
import { compareTraffic } from '../../../../src/core/packets/traffic/compare-traffic.ts';
import { measureOpened } from '../../../../src/core/packets/traffic/measure-opened.ts';
import type { Firewall } from '../../../../src/core/packets/types/firewall.ts';
import { Comparisons } from '../../../../src/core/traffic/comparisons.ts';
import { tableOf } from '../../../support/table-of.ts';

const NODES = { nodes: 200_000 };
const CLOSED = ':INPUT DROP\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';

function firewall(text: string): Firewall {
  return { family: 'ipv4', backend: 'nft', tables: [tableOf('filter', text)], sets: [], settings: {} };
}

const PAIRS = ['-s 10.0.0.0/9 -j ACCEPT', '-p tcp -m tcp --dport 80:4000 -j ACCEPT', '-p esp -j ACCEPT'].map(
  (rule) => [firewall(CLOSED), firewall(`${CLOSED}\n-A INPUT ${rule}`)] as const,
);

test('answers both questions as each is answered alone, in any order', () => {
  for (const turns of [['opened', 'traffic'] as const, ['traffic', 'opened'] as const]) {
    const comparisons = new Comparisons();
    for (const turn of turns) {
      for (const [before, after] of PAIRS) {
        const alone = turn === 'opened' ? measureOpened(before, after, NODES) : compareTraffic(before, after, NODES);
        expect(comparisons[turn](before, after, NODES)).toEqual(alone);
      }
    }
  }
});

test('compares firewalls that decide alike once, and with other limits anew', () => {
  const comparisons = new Comparisons();
  const [before, after] = PAIRS[0] ?? [firewall(''), firewall('')];
  const opened = comparisons.opened(before, after, NODES);
  const traffic = comparisons.traffic(before, after, NODES);
  expect(comparisons.opened({ ...before }, { ...after }, NODES)).toBe(opened);
  expect(comparisons.traffic({ ...before }, { ...after }, NODES)).toBe(traffic);
  expect(comparisons.opened(before, after, { nodes: 1 })).toMatchObject({ kind: 'not-measured' });
});
