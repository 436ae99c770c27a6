import { beforeAll, describe, expect, test } from 'vitest';
import type { GraphChain, GraphDocument, GraphJump } from '../../../../src/core/graph/types.ts';
import { type Draw, openGraphviz } from '../../../../src/ui/graph/graphviz.ts';
import { printDot } from '../../../../src/ui/graph/print-dot.ts';
import { printGraph } from '../../../../src/ui/graph/print-graph.ts';
import { printMermaid } from '../../../../src/ui/graph/print-mermaid.ts';
import { printSvg } from '../../../../src/ui/graph/print-svg.ts';
import { pageOf } from '../../../../src/ui/text/page.ts';

const PAGE = pageOf({ width: 100, colour: false, unicode: true });

const CHAIN: GraphChain = {
  family: 'ipv4',
  table: 'filter',
  chain: 'INPUT',
  builtin: true,
  policy: 'DROP',
  packets: '2',
  rules: 1,
  rules_added: 0,
  rules_removed: 0,
  reordered: false,
  policy_before: null,
  verdicts: [{ target: 'ACCEPT', rules: 1, packets: '1' }],
  owner: null,
  reachable: true,
  change: 'kept',
};
const JUMP: GraphJump = {
  family: 'ipv4',
  table: 'filter',
  from: 'INPUT',
  to: 'web',
  goto: false,
  rules: 1,
  packets: '5',
  change: 'new',
};

function graph(name: string): GraphDocument {
  const web: GraphChain = {
    ...CHAIN,
    chain: name,
    builtin: false,
    policy: null,
    packets: null,
    owner: 'fw',
    change: 'new',
  };
  const chains = [CHAIN, web];
  return {
    format_version: '1.0',
    kind: 'graph',
    namespace: 'ns',
    rules: 'plan',
    chains,
    jumps: [{ ...JUMP, to: name }],
  };
}

/** Names that would be markup, a command, or move a cursor. */
const HOSTILE = [
  'a"];n0->n0[label="x',
  'a\\',
  '\\N\\G\\l',
  'a\nb',
  '"]:::x\n  click n0 "javascript:alert(1)"',
  '<script>alert(1)</script>',
  '`**md**`',
  '&lt;b&gt;',
  '#quot;',
  'end',
  '\u001b[2J\u202e',
  '%%{init: {"securityLevel": "loose"}}%%',
];

describe('a graph', () => {
  test('as text has a line for each chain and each jump', () => {
    expect(printGraph(PAGE, graph('web'))).toEqual([
      'ns  ipv4 filter  (plan)',
      '  INPUT  1 rule  |  ACCEPT: 1 rule, 1 packet  |  policy DROP: 2 packets',
      '+   -> web  (new: 1 rule, 5 packets)',
      '+ web  fw  |  new  |  1 rule  |  ACCEPT: 1 rule, 1 packet',
      '',
      'Chains: + 1 new, - 0 gone, ~ 0 changed. Jumps: + 1 new, - 0 gone.',
    ]);
  });

  test('as text of live rules has no sign but that of a chain to which no jump leads', () => {
    const live: GraphDocument = { ...graph('web'), rules: 'live', jumps: [] };
    const chains = live.chains.map((chain) => ({ ...chain, change: 'kept' as const, reachable: chain.builtin }));
    expect(printGraph(PAGE, { ...live, chains }).slice(2)).toEqual([
      '! web  fw  |  unreachable: no jump leads here  |  1 rule  |  ACCEPT: 1 rule, 1 packet',
    ]);
  });

  test('says what a plan does to a chain that stays', () => {
    const changed: GraphChain = { ...CHAIN, rules_added: 2, rules_removed: 1, policy_before: 'ACCEPT' };
    const [, input, , , reordered] = printGraph(PAGE, {
      ...graph('web'),
      chains: [changed, { ...CHAIN, chain: 'web', builtin: false, policy: null, reordered: true }],
    });
    expect(input).toContain('~ INPUT  1 rule (+2 -1)  |');
    expect(input).toContain('policy ACCEPT -> DROP');
    expect([input, reordered].join()).not.toContain('unreachable');
  });

  test.each([60, 80, 160])('as text breaks no line of 70 columns at %i columns but between words', (width) => {
    const verdicts = ['ACCEPT', 'DROP', 'REJECT', 'LOG'].map((target) => ({ target, rules: 10, packets: '1000' }));
    const wide = { ...graph('web'), chains: graph('web').chains.map((chain) => ({ ...chain, verdicts })) };
    const lines = printGraph(pageOf({ width, colour: false, unicode: true }), wide);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('LOG: 10 rules, 1000 packets | policy DROP');
  });

  test('for Graphviz has names in quoted strings only', () => {
    const text = printDot(graph('web'));
    expect(text).toContain(
      'n1 [label="web\\nfw\\nnew\\n1 rule\\nACCEPT: 1 rule, 1 packet", class="new", color="#1a7f37"',
    );
    expect(text).toContain('n0 -> n1 [label="new: 1 rule, 5 packets", class="new", color="#1a7f37"');
  });

  test('for Mermaid has names in quoted labels only', () => {
    const text = printMermaid(graph('web'));
    expect(text).toContain('n1["web<br/>fw<br/>new<br/>1 rule<br/>ACCEPT: 1 rule, 1 packet"]:::new');
    expect(text).toContain('n0 -->|"new: 1 rule, 5 packets"| n1');
    expect(text).toContain('linkStyle 0 stroke:#1a7f37');
  });

  test.each(HOSTILE)('with a chain %j has the same lines and statements as with any other', (name) => {
    const shape = (text: string) => text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(shape(printDot(graph(name)))).toBe(shape(printDot(graph('web'))));
    const labels = (text: string) => text.replaceAll(/"[^"]*"/g, '""');
    expect(labels(printMermaid(graph(name)))).toBe(labels(printMermaid(graph('web'))));
    for (const [, label = ''] of printMermaid(graph(name)).matchAll(/\["([^"]*)"\]/g)) {
      expect(label.replaceAll('<br/>', '').replaceAll(/#\d+;/g, '')).toMatch(/^[\p{L}\p{N} .,:_-]*$/u);
    }
    for (const text of [printDot(graph(name)), printMermaid(graph(name)), printGraph(PAGE, graph(name)).join('\n')]) {
      for (const character of ['\u001b', '\u202e']) expect(text).not.toContain(character);
    }
  });

  test('of 20,000 chains is printed in a moment', () => {
    const chains = Array.from(
      { length: 20_000 },
      (_, at): GraphChain => ({ ...CHAIN, chain: `c${at}`, builtin: at === 0 }),
    );
    const jumps = chains.slice(1).map(({ chain }): GraphJump => ({ ...JUMP, from: 'c0', to: chain }));
    const large: GraphDocument = { ...graph('web'), chains, jumps };
    expect(printGraph(PAGE, large)).toHaveLength(40_002);
    expect(printDot(large).split('\n')).toHaveLength(40_007 + 1);
    expect(() => printSvg(large, () => '')).toThrow(/20000 chains and 19999 jumps; an SVG has at most/);
    expect(printMermaid(large)).toContain('n19999');
  });

  test('with nothing in it says so', () => {
    expect(printGraph(PAGE, { ...graph('web'), chains: [], jumps: [] })).toEqual([
      'There is no table with anything in it.',
    ]);
  });
});

describe('a drawing', () => {
  let draw: Draw = () => '';
  beforeAll(async () => {
    draw = await openGraphviz();
  });

  /** Elements in their order, without the shapes, whose number depends on the room that a name takes. */
  const elements = (svg: string) => [...svg.matchAll(/<(\/?\w+)/g)].map(([, name]) => name);

  test('has the names, counters and owners as text, and the classes by which a page colours it', () => {
    const svg = printSvg(graph('web'), draw);
    expect(svg).toMatch(/^<svg role="img" aria-label="[^"]+" width=/);
    expect(svg).toContain('<g class="node new">');
    expect(svg).toContain('<g class="edge new">');
    expect(svg).toMatch(/<text [^>]*>ACCEPT: 1 rule, 1 packet<\/text>/);
    expect(svg).not.toMatch(/<title|<!--| id=|xlink|style=|<a /);
  });

  test.each(HOSTILE)('with a chain %j has the same elements as with any other', (name) => {
    const svg = printSvg(graph(name), draw);
    expect(elements(svg)).toEqual(elements(printSvg(graph('web'), draw)));
    for (const character of ['\u001b', '\u202e']) expect(svg).not.toContain(character);
  });

  test('with anything but shapes and text is refused', () => {
    for (const part of [
      '<script>',
      '<a href="javascript:x">',
      '<g onload="x">',
      '<image href="x"/>',
      '<use href="#x"/>',
    ])
      expect(() => printSvg(graph('web'), () => `<svg width="1">${part}</svg>`)).toThrow('no shape');
  });
});
