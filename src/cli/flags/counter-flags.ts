import { Flags } from '@oclif/core';
import type { Order, RowFilter } from '../../core/counters/choose-rows.ts';
import type { Chosen } from '../output/print-counted.ts';
import { durationFlag } from './duration.ts';
import { listedIn } from './environment-lists.ts';
import { backendFlag, namespaceFlag } from './namespace-flag.ts';
import { selectFlags } from './select-flags.ts';

const ORDERS = ['position', 'packets', 'bytes'] as const satisfies readonly Order[];

/** Which counters `fw counters` shows, and in which order. */
export const counterFlags = {
  namespace: namespaceFlag,
  backend: backendFlag,
  family: selectFlags.family,
  table: selectFlags.table,
  chain: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Only chains of this name or glob, in the kernel or as the state declares them.',
    description: listedIn('FW_CHAIN'),
    env: 'FW_CHAIN',
    helpValue: 'NAME',
  }),
  dropping: Flags.boolean({
    summary: 'Only rules with the target DROP or REJECT, and policies DROP.',
    env: 'FW_DROPPING',
  }),
  since: Flags.integer({
    summary: 'Only what this generation or a later one brought.',
    env: 'FW_SINCE',
    min: 1,
    helpValue: 'N',
  }),
  sort: Flags.option({
    summary:
      'Order: as packets meet them, or most packets or bytes first. With --top or --watch the default is packets.',
    env: 'FW_SORT',
    options: ORDERS,
  })(),
  'since-last': Flags.string({
    summary:
      'What was counted since the last call with this name, which is a reader with a baseline of its own in the data folder.',
    env: 'FW_SINCE_LAST',
    helpValue: 'READER',
  }),
  watch: Flags.boolean({
    summary: 'Look again and again, and show what was counted in between, a second; q or Ctrl-C ends it.',
    env: 'FW_WATCH',
    exclusive: ['since-last', 'metrics', 'json'],
  }),
  interval: durationFlag({
    summary: 'Time between two looks of --watch; 2s without it.',
    env: 'FW_INTERVAL',
    dependsOn: ['watch'],
    helpValue: 'DURATION',
  }),
  metrics: Flags.string({
    summary:
      'Write what rules and policies have counted, by the ids and comments of the rules, for the textfile collector of node_exporter; - is standard output.',
    description: 'What was counted is kept in the data folder, so that the numbers never go down.',
    env: 'FW_METRICS',
    helpValue: 'FILE',
    exclusive: ['since-last', 'dropping', 'since', 'sort', 'top', 'json'],
  }),
  top: Flags.integer({ summary: 'Only the first N.', env: 'FW_TOP', min: 1, helpValue: 'N' }),
};

type CounterFlags = {
  readonly family?: RowFilter['families'][number][] | undefined;
  readonly table?: RowFilter['tables'][number][] | undefined;
  readonly chain?: string[] | undefined;
  readonly dropping: boolean;
  readonly since?: number | undefined;
  readonly sort?: Order | undefined;
  readonly top?: number | undefined;
  readonly watch: boolean;
};

/** Which counters are shown, and in which order. */
export function chosenOf(flags: CounterFlags): Chosen {
  return { filter: rowFilterOf(flags), order: orderOf(flags), top: flags.top };
}

function rowFilterOf({ family, table, chain, dropping, since }: CounterFlags): RowFilter {
  return { families: family ?? [], tables: table ?? [], chains: chain ?? [], dropping, since };
}

/** What is watched is looked at for what goes on, so that comes first. */
function orderOf({ sort, top, watch }: CounterFlags): Order {
  return sort ?? (top === undefined && !watch ? 'position' : 'packets');
}
