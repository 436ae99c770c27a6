import type { GraphDocument } from '../../core/graph/types.ts';
import { cleanText } from '../text/clean-text.ts';
import { COLOURS, chainLines, idsOf, jumpText, kindOf, tablesOf } from './chain-lines.ts';

/** The graph as a flowchart of Mermaid, which GitHub and GitLab draw in Markdown. */
export function printMermaid({ namespace, rules, chains, jumps }: GraphDocument): string {
  const id = idsOf(chains);
  const lines = [
    'flowchart LR',
    `  %% ${encoded(`${namespace}, ${rules}`)}`,
    ...tablesOf(chains).flatMap(([title, members], index) => [
      `  subgraph t${index}["${encoded(title)}"]`,
      ...members.map((chain) => {
        const label = [chain.chain, ...chainLines(chain)].map(encoded).join('<br/>');
        return `    ${id(chain)}["${label}"]:::${kindOf(chain)}`;
      }),
      '  end',
    ]),
    ...jumps.map((jump) => {
      const { family, table, from, to, change } = jump;
      const arrow = change === 'gone' ? '-.->' : '-->';
      const [tail, head] = [id({ family, table, chain: from }), id({ family, table, chain: to })];
      return `  ${tail} ${arrow}|"${encoded(jumpText(jump))}"| ${head}`;
    }),
    ...jumps.flatMap(({ change }, index) =>
      change === 'kept' ? [] : [`  linkStyle ${index} stroke:${COLOURS[change]},color:${COLOURS[change]}`],
    ),
    ...(['kept', 'changed', 'new', 'gone', 'unreachable'] as const).map((kind) => {
      const dashes = kind === 'gone' || kind === 'unreachable' ? ',stroke-dasharray:5 3' : '';
      return `  classDef ${kind} stroke:${COLOURS[kind]}${dashes}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Mermaid has no escapes in text but its entities, `#35;`. All but letters, digits and what is surely plain becomes one, so that nothing is markup. */
function encoded(text: string): string {
  return cleanText(text, true).replaceAll(/[^\p{L}\p{N} .,:_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
