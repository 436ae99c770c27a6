import type { GraphDocument } from '../../core/graph/types.ts';
import { jsonText } from '../../core/text/json-text.ts';
import type { GraphFormat } from '../../ui/graph/formats.ts';
import { loadGraphviz } from '../../ui/graph/load-graphviz.ts';
import { printDot } from '../../ui/graph/print-dot.ts';
import { printGraph } from '../../ui/graph/print-graph.ts';
import { printMermaid } from '../../ui/graph/print-mermaid.ts';
import { printSvg } from '../../ui/graph/print-svg.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { Run } from './run.ts';

/** Prints a graph; what programs read goes out as it is. */
export async function printGraphAs(
  document: GraphDocument,
  format: GraphFormat | 'json',
  { screen, facts }: Pick<Run, 'screen' | 'facts'>,
): Promise<void> {
  switch (format) {
    case 'json':
      process.stdout.write(`${jsonText(document)}\n`);
      return;
    case 'dot':
      process.stdout.write(printDot(document));
      return;
    case 'mermaid':
      process.stdout.write(printMermaid(document));
      return;
    case 'svg':
      process.stdout.write(printSvg(document, await loadGraphviz()));
      return;
    case 'text':
      screen.printLines(printGraph(pageOf(facts), document));
      return;
    default:
      format satisfies never;
  }
}
