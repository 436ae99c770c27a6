import type { GraphDocument } from '../../core/graph/types.ts';
import { cleanText } from '../text/clean-text.ts';
import { COLOURS, chainLines, FILLS, idsOf, jumpText, kindOf, tablesOf } from './chain-lines.ts';

// Graphviz knows the widths of Helvetica and Arial; of any other font it would guess.
const FONT = 'fontname="Helvetica,Arial,sans-serif"';

/** The graph in the language of Graphviz. Names of others stand in quoted strings only, and ids are our own. The classes are for pages that colour an SVG of it in another way. */
export function printDot({ namespace, rules, chains, jumps }: GraphDocument): string {
  const id = idsOf(chains);
  const lines = [
    'digraph fw {',
    `  label=${quoted(`${namespace}, ${rules}`)}; labelloc=t; rankdir=LR; bgcolor="#ffffff"; ${FONT};`,
    `  node [shape=box, style="rounded,filled", ${FONT}, fontsize=11, margin="0.18,0.08"];`,
    `  edge [${FONT}, fontsize=9];`,
    // From left to right Graphviz piles what is not connected upwards.
    ...tablesOf(chains)
      .toReversed()
      .flatMap(([title, members], index) => [
        `  subgraph cluster_${index} {`,
        `    label=${quoted(title)}; color="#d0d7de";`,
        ...members.map((chain) => {
          const kind = kindOf(chain);
          const dashed = kind === 'unreachable' || kind === 'gone' ? ', style="rounded,filled,dashed"' : '';
          const shape = chain.builtin ? ', penwidth=2' : '';
          const colours = `color=${quoted(COLOURS[kind])}, fillcolor=${quoted(FILLS[kind])}`;
          const label = quoted(chain.chain, ...chainLines(chain));
          return `    ${id(chain)} [label=${label}, class=${quoted(kind)}, ${colours}${dashed}${shape}];`;
        }),
        '  }',
      ]),
    ...jumps.map((jump) => {
      const { family, table, from, to, change } = jump;
      const [tail, head] = [id({ family, table, chain: from }), id({ family, table, chain: to })];
      const style = change === 'gone' ? ', style=dashed' : '';
      const colour = quoted(COLOURS[change]);
      return `  ${tail} -> ${head} [label=${quoted(jumpText(jump))}, class=${quoted(change)}, color=${colour}, fontcolor=${colour}${style}];`;
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** In a quoted string Graphviz reads backslashes (`\N` is the name of the node) and ends it at a quote; entities such as `&amp;` too. */
function quoted(...lines: readonly string[]): string {
  const inner = lines
    .map((line) => cleanText(line, true).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;'))
    .join('\\n');
  return `"${inner}"`;
}
