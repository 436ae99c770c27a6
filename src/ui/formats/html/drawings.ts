import { graphOfSteps } from '../../../core/graph/graph-of-steps.ts';
import type { Graph } from '../../../core/graph/types.ts';
import { LIMITS } from '../../../core/limits.ts';
import { tableSteps } from '../../../core/plan/in-order.ts';
import type { Plan } from '../../../core/plan/types.ts';
import { namespaceLabel } from '../../../core/rules/namespace-label.ts';
import type { Draw } from '../../graph/graphviz.ts';
import { inlineSvg } from '../../graph/inline-svg.ts';
import { printDot } from '../../graph/print-dot.ts';
import type { Group } from '../../plan/group-alike.ts';
import { nameList } from '../../text/name-list.ts';
import { quantity } from '../../text/quantity.ts';
import { html, type Markup, NONE, trusted } from './markup.ts';
import type { Room } from './room.ts';

type Drawn = { readonly section: Markup; readonly left: number };

/** Chains and jumps of the tables that change, once for namespaces that change alike. A drawing that is too large is left out, and so is what follows when all are. */
export function drawingSection(plan: Plan, groups: readonly Group[], draw: Draw, room: Room): Drawn {
  let [chains, jumps, left] = [0, 0, 0];
  const shown = groups.flatMap(({ names }): readonly Markup[] => {
    const [name = ''] = names;
    const graph = graphOfSteps(tableSteps(plan).filter(({ namespace }) => namespaceLabel(namespace) === name));
    if (graph.chains.length === 0) return [];
    const fits =
      chains + graph.chains.length <= LIMITS.drawnChains.most && jumps + graph.jumps.length <= LIMITS.drawnJumps.most;
    const part = fits ? drawing(names, graph, draw) : notDrawn(names, graph);
    if (fits && room.take([part])) {
      chains += graph.chains.length;
      jumps += graph.jumps.length;
      return [part];
    }
    left += 1;
    return [notDrawn(names, graph)];
  });
  if (shown.length === 0) return { section: NONE, left };
  const section = html`<section id="graph"><h2>Chains and jumps</h2>
<p class="soft">The tables that change. Green and new: comes; red, dashed and gone: goes; yellow: changes; dashed and unreachable: no jump leads there.</p>
${shown}</section>
`;
  return { section, left };
}

function drawing(names: readonly string[], graph: Graph, draw: Draw): Markup {
  const [namespace = ''] = names;
  const dot = printDot({ format_version: '1.0', kind: 'graph', namespace, rules: 'plan', ...graph });
  const svg = inlineSvg(draw(dot), 'Chains and the jumps between them');
  return html`<h3><code>${nameList(names)}</code></h3><div class="drawing" tabindex="0" role="group" aria-label="Drawing, may be wider than the page">${trusted(svg)}</div>
`;
}

function notDrawn(names: readonly string[], { chains, jumps }: Graph): Markup {
  return html`<p class="notice warn"><code>${nameList(names)}</code> is not drawn: ${quantity(chains.length, 'chain')} and ${quantity(jumps.length, 'jump')} have no room here. <code>fw graph --plan</code> has all of them.</p>
`;
}
