/** One metric of the Prometheus text format. All of fw's are gauges: each run writes what it found. */
export type Metric = {
  readonly name: `fw_${string}`;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
};
