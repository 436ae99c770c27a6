import { FwError } from '../../core/diagnostics/errors.ts';
import type { Graph, GraphDocument } from '../../core/graph/types.ts';
import { LIMITS } from '../../core/limits.ts';
import { quantity } from '../text/quantity.ts';
import type { Draw } from './graphviz.ts';
import { inlineSvg } from './inline-svg.ts';
import { printDot } from './print-dot.ts';

/** Whether a person can still read the drawing, and Graphviz makes it in seconds. */
export function isDrawable({ chains, jumps }: Graph): boolean {
  return chains.length <= LIMITS.drawnChains.most && jumps.length <= LIMITS.drawnJumps.most;
}

/** The graph as an SVG. Throws `usage` for one that is too large. */
export function printSvg(document: GraphDocument, draw: Draw): string {
  if (!isDrawable(document)) {
    const { chains, jumps } = document;
    throw new FwError(
      'usage',
      `the graph has ${quantity(chains.length, 'chain')} and ${quantity(jumps.length, 'jump')}; an SVG has at most ${LIMITS.drawnChains.most} and ${LIMITS.drawnJumps.most}`,
      { next: 'Draw a part of it with --table and --family, or take --format dot, which has no limit.' },
    );
  }
  return `${inlineSvg(draw(printDot(document)), 'Chains and the jumps between them')}\n`;
}
