import { ownerOf } from '../ownership/known-programs.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import type { TableStep } from '../plan/types.ts';
import { TABLES } from '../rules/builtin.ts';
import { FAMILIES } from '../rules/types.ts';
import { graphOf } from './graph-of.ts';
import { isIdle } from './is-idle.ts';
import type { Graph } from './types.ts';

/** The tables that a plan changes, with both sides: all that is known of a saved plan. Steps are those of one namespace. */
export function graphOfSteps(steps: readonly TableStep[]): Graph {
  const graph = graphOf(
    inTableOrder(steps).map(({ family, table, before, after, ownership }) => {
      const { ownsChain } = ownershipOf(table, ownership);
      return { family, table, before, after, ownerOf: (chain) => (ownsChain(chain) ? 'fw' : ownerOf(chain)) };
    }),
  );
  return { ...graph, chains: graph.chains.filter((chain) => !isIdle(chain)) };
}

function inTableOrder(steps: readonly TableStep[]): readonly TableStep[] {
  return FAMILIES.flatMap((family) =>
    TABLES.flatMap((table) => steps.filter((step) => step.family === family && step.table === table)),
  );
}
