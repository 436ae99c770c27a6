import { Flags } from '@oclif/core';

/** A file of metrics, of every command that finds out something to watch. */
export const metricsFlag = Flags.string({
  summary: 'Write metrics for the textfile collector of node_exporter.',
  env: 'FW_METRICS',
  helpValue: 'FILE',
});

/** Flags of what a run writes for programs besides what it shows to people. */
export const outputFlags = {
  'json-out': Flags.string({
    summary: 'Write the stream of --json to this file, while stdout has the text for people.',
    env: 'FW_JSON_OUT',
    helpValue: 'FILE',
  }),
  metrics: metricsFlag,
};
