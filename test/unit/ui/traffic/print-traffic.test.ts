import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Traffic } from '../../../../src/core/packets/types/traffic.ts';
import { pageOf } from '../../../../src/ui/text/page.ts';
import { printTraffic } from '../../../../src/ui/traffic/print-traffic.ts';
import { hostileTraffic, sampleTraffic, silentTraffic } from '../traffic-sample.ts';

const text = (traffic: readonly Traffic[], detail: 'none' | 'summary' | 'full', width = 80) =>
  printTraffic(pageOf({ width, colour: false, unicode: true }), traffic, detail);

describe('what a plan does to traffic, for people', () => {
  test.each([60, 80, 120])('in %i columns', async (width) => {
    const lines = text(sampleTraffic(), 'summary', width);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../../golden/traffic/summary-${width}.txt`);
    // A word that is longer than the window stands alone.
    expect(lines.filter((line) => line.length > width && line.trim().includes(' '))).toEqual([]);
  });

  test('all of it', async () => {
    await expect(`${text(sampleTraffic(), 'full').join('\n')}\n`).toMatchFileSnapshot(
      '../../../golden/traffic/full.txt',
    );
  });

  test('with colour, which takes no words away', () => {
    const painted = printTraffic(pageOf({ width: 80, colour: true, unicode: true }), sampleTraffic(), 'summary');
    expect(painted.map((line) => stripVTControlCharacters(line))).toEqual(text(sampleTraffic(), 'summary'));
  });

  test('nothing to say is said, in one line', () => {
    expect(text(silentTraffic(), 'summary')).toEqual(['', 'Traffic: no new or running connection changes (proved).']);
    expect(text(silentTraffic(), 'full')).toEqual(text(silentTraffic(), 'summary'));
  });

  test('nothing is said of nothing, nor where nobody asks', () => {
    expect([text([], 'full'), text(sampleTraffic(), 'none')]).toEqual([[], []]);
  });

  test('silence that supposes something says so', () => {
    const [first] = silentTraffic();
    const lines = text(first === undefined ? [] : [{ ...first, supposing: 'other-backend-gone' }], 'summary');
    expect(lines.join(' ')).toContain('Supposing that the rules of the other backend are removed afterwards');
  });

  test('a limit or a path that is not judged is never silence', () => {
    const [first] = silentTraffic();
    const weaker = (claim: Traffic['paths'][number]['claim']) =>
      text(
        first === undefined
          ? []
          : [{ ...first, paths: first.paths.map((path, index) => (index === 0 ? { ...path, claim } : path)) }],
        'summary',
      ).join('\n');
    for (const claim of [
      { kind: 'at-most', nodes: 4_000 },
      { kind: 'not-judged', because: 'it is so' },
    ] as const) {
      expect(weaker(claim)).not.toContain('no new or running connection changes');
    }
    expect(weaker({ kind: 'at-most', nodes: 4_000 })).toContain('4,000 nodes reached');
    expect(weaker({ kind: 'not-judged', because: 'it is so' })).toContain('not judged, because it is so');
  });

  test('text of others moves no cursor and ends no line', () => {
    const evil = 'a\n\u001b[31m\u202e\r\u0000';
    expect(text(hostileTraffic(evil), 'full').join('\n')).not.toMatch(/[^\P{C}\n]/u);
    expect(text(hostileTraffic(evil), 'full', 10_000)).toHaveLength(text(hostileTraffic('x'), 'full', 10_000).length);
  });
});
