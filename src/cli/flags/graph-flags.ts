import { Flags } from '@oclif/core';
import { isIdle } from '../../core/graph/is-idle.ts';
import type { Graph } from '../../core/graph/types.ts';
import type { Family, TableName } from '../../core/rules/types.ts';
import { GRAPH_FORMATS } from '../../ui/graph/formats.ts';
import { backendFlag } from './namespace-flag.ts';
import { selectFlags } from './select-flags.ts';
import { stateNameFlag } from './state-name-flag.ts';
import { valueFlags } from './value-flags.ts';

/** Flags of fw graph: which rules are drawn, how much of them, and how. */
export const graphFlags = {
  desired: Flags.boolean({
    summary: 'The rules that the state would make of the live ones.',
    env: 'FW_DESIRED',
    exclusive: ['plan'],
  }),
  plan: Flags.boolean({
    summary: 'Live rules and those that the state would make of them, with what comes and goes.',
    env: 'FW_PLAN',
  }),
  format: Flags.option({
    summary: 'Form of the drawing.',
    env: 'FW_FORMAT',
    options: GRAPH_FORMATS,
    default: 'text' as const,
  })(),
  all: Flags.boolean({ summary: 'Also built-in chains without a rule.', env: 'FW_ALL' }),
  backend: backendFlag,
  family: selectFlags.family,
  table: selectFlags.table,
  'state-name': stateNameFlag,
  ...valueFlags,
};

/** Of the flags of a plan a graph has none but those that say which state is meant. */
export function graphOptions<F extends object>(flags: F) {
  return { ...flags, 'allow-empty': false, context: 0, namespace: undefined, family: undefined, table: undefined };
}

/** The part of a graph that is asked for. A built-in chain that does nothing but accept is left out unless all are wanted. */
export function withinScope(
  { chains, jumps }: Graph,
  {
    family = [],
    table = [],
    all,
  }: {
    readonly family?: readonly Family[] | undefined;
    readonly table?: readonly TableName[] | undefined;
    readonly all: boolean;
  },
): Graph {
  const isIn = (one: { readonly family: Family; readonly table: TableName }) =>
    (family.length === 0 || family.includes(one.family)) && (table.length === 0 || table.includes(one.table));
  return {
    chains: chains.filter((chain) => isIn(chain) && (all || !isIdle(chain))),
    jumps: jumps.filter(isIn),
  };
}
