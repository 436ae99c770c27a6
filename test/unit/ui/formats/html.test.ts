import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../../src/core/limits.ts';
import { printHtml } from '../../../../src/ui/formats/print-html.ts';
import { type Draw, openGraphviz } from '../../../../src/ui/graph/graphviz.ts';
import { add, chain, plan, step } from '../sample-plan.ts';
import { reportOf, sampleReport } from './sample-report.ts';

const sections = (page: string) => [...page.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id);

describe('the page of a plan', () => {
  test('allows its own style and script by their digests, and nothing else', () => {
    const page = printHtml(sampleReport(), {});
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const digest = (element: string) => {
      const inside = [...page.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))];
      expect(inside).toHaveLength(1);
      return `'sha256-${createHash('sha256')
        .update(inside[0]?.[1] ?? '')
        .digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${digest('style')}`,
      `script-src ${digest('script')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    // The policy stands before what it is about, and attributes that it forbids are not used.
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
    expect(page).not.toMatch(/<[^>]* (style|on\w+)=/);
  });

  test('loads nothing and leads nowhere but into itself', () => {
    const page = printHtml(sampleReport(), {});
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|base|form)\b|\bsrc=|url\(|@import/);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
    for (const link of links) expect(page).toContain(`id="${link.slice(1)}"`);
    expect(links.length).toBeGreaterThan(5);
  });

  test('has a part for each thing that a reviewer asks, in the order in which it is asked', () => {
    const page = printHtml(sampleReport(), {});
    expect(sections(page)).toEqual(['summary', 'guards', 'traffic', 'warnings', 'changes', 'after', 'provenance']);
    expect(page).toContain('FWG04 closed');
    expect(page).toContain('Look at these first');
    expect(page).toMatch(/<dt>made on<\/dt><dd><code>edge-1</);
    expect(page).toContain('run /usr/local/bin/smoke --fast &#34;two words&#34; &#34;&#34;');
  });

  test('names the digest of its file', () => {
    const page = printHtml({ ...sampleReport(), file_digest: 'ab'.repeat(32) }, {});
    expect(page).toContain(`<dt>sha256 of the file</dt><dd><code>${'ab'.repeat(32)}`);
  });

  test('of a plan that changes nothing says so', () => {
    const page = printHtml(reportOf(plan(['blue'], [])), {});
    expect(page).toContain('<p class="lead">No changes.</p>');
    expect(sections(page)).toEqual(['guards', 'traffic', 'after', 'provenance']);
  });

  test('that has no room for every change counts what is left out at the top and where it is left out', () => {
    const count = 3_000;
    const rule = `-m comment --comment ${'x'.repeat(9_000)} -j ACCEPT`;
    const lines = Array.from({ length: count }, (_, at) => add(at + 1, rule, 'state/a.yaml:1'));
    const page = printHtml(reportOf(plan(['blue'], [step('blue', 'ipv4', 'filter', [chain('INPUT', lines)])])), {});
    const [, told = ''] = /or too large to draw: (\d+) changes/.exec(page) ?? [];
    expect(page).toContain(`${told} changes of these have no room here.`);
    expect(Number(told) + page.split('<tr class="add"').length - 1).toBe(count);
    expect(Buffer.byteLength(page)).toBeLessThan(LIMITS.htmlPage.most + 50_000);
    expect(page).toContain('<section id="provenance">');
  });

  test('is refused where not even its checks have room', () => {
    const [check] = sampleReport().checks;
    if (check === undefined) throw new Error('the sample has checks');
    const checks = Array.from({ length: 2_000 }, () => ({ ...check, origin: 'x'.repeat(10_000) }));
    expect(() => printHtml({ ...sampleReport(), checks }, {})).toThrow(/larger than a page may be/);
  });
});

describe('the drawing in a page', () => {
  let draw: Draw = () => '';
  beforeAll(async () => {
    draw = await openGraphviz();
  });

  const withChains = (count: number) => {
    const after = {
      name: 'filter' as const,
      chains: Array.from({ length: count }, (_, at) => ({ name: `fw-${at}`, rules: [{ text: '-j ACCEPT' }] })),
    };
    const one = step('blue', 'ipv4', 'filter', [chain('fw-0', [add(1, '-j ACCEPT', 'a.yaml:1')], { status: 'new' })]);
    return reportOf(plan(['blue'], [{ ...one, after }]));
  };

  test('is a part of it, without a style of its own', () => {
    const page = printHtml(withChains(2), { draw });
    expect(page).toContain('<section id="graph">');
    expect(page).toContain('<g class="node new">');
    expect(page.split('<svg ')).toHaveLength(2);
    expect(page).not.toMatch(/ style="/);
  });

  test('is left out where it is too large, with a word', () => {
    const page = printHtml(withChains(LIMITS.drawnChains.most + 1), { draw });
    expect(page).not.toContain('<svg');
    expect(page).toContain('is not drawn: 251 chains and 0 jumps have no room here');
    expect(page).toContain('or too large to draw: 1 drawing.');
  });
});
