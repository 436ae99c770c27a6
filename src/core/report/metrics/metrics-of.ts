import { countChanges, hasChanges } from '../../plan/count-changes.ts';
import { setSteps, tableSteps } from '../../plan/in-order.ts';
import type { Foreign, Plan } from '../../plan/types.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { FAMILIES, type Namespace } from '../../rules/types.ts';

/** One metric of the Prometheus text format. What a run found is a gauge; what rules have counted, which only grows, is a counter. */
export type Metric = {
  readonly name: `fw_${string}`;
  readonly help: string;
  readonly type?: 'gauge' | 'counter';
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number | bigint }[];
};
/** What a run knows; a metric of which nothing is known is left out. Times are seconds since 1970. */
export type MetricFacts = {
  readonly version: string;
  /** Names of the states that the run is about; the path of one without a name. */
  readonly states?: readonly string[];
  /** How many states the data folder has. */
  readonly known?: number;
  readonly generation?: { readonly number: number; readonly at: number };
  readonly confirmPending?: boolean;
  /** What still has to change, or has drifted, when the run ends. */
  readonly differences?: Plan;
  /** Namespaces that should be there and are not; absent is the same as none. */
  readonly gone?: readonly Namespace[];
  readonly foreign?: readonly Foreign[];
  readonly apply?: { readonly success: boolean; readonly at: number; readonly seconds: number };
};

export function metricsOf(facts: MetricFacts): readonly Metric[] {
  const { version, generation, confirmPending, differences, gone = [], foreign, apply } = facts;
  const lastApply = apply?.at ?? generation?.at;
  const namespaces = differences?.namespaces.map(({ namespace }) => namespace) ?? [];
  const metrics: readonly Metric[] = [
    { name: 'fw_build_info', help: 'The fw that wrote this file.', samples: [{ labels: { version }, value: 1 }] },
    ...gauge('fw_generation', 'Number of the newest generation, 0 before the first.', generation?.number),
    ...gauge('fw_confirm_pending', 'An apply waits to be confirmed.', flag(confirmPending)),
    ...gauge(
      'fw_in_sync',
      'Live rules are as they should be.',
      flag(differences && !hasChanges(differences) && gone.length === 0),
    ),
    ...(differences === undefined ? [] : [driftMetric(differences), setDriftMetric(differences)]),
    ...(foreign === undefined ? [] : [unownedMetric(namespaces, foreign)]),
    ...gauge('fw_last_apply_timestamp_seconds', 'When the last apply ended.', lastApply),
    ...gauge('fw_last_apply_success', 'The last apply succeeded.', flag(apply?.success)),
    ...gauge('fw_apply_duration_seconds', 'How long the last apply took.', apply?.seconds),
  ];
  const state = stateLabel(facts);
  return state === undefined ? metrics : metrics.map((metric) => withLabel(metric, state));
}

/** A run about one state says which one, where that has a name or is not the only one: each has a file of its own, and a series must not be in two. */
function stateLabel({ states = [], known = 0 }: MetricFacts): string | undefined {
  const [name] = states;
  return states.length === 1 && name !== undefined && (!name.includes('/') || known > 1) ? name : undefined;
}

function withLabel(metric: Metric, state: string): Metric {
  return { ...metric, samples: metric.samples.map(({ labels, value }) => ({ labels: { ...labels, state }, value })) };
}

function gauge(name: Metric['name'], help: string, value: number | undefined): readonly Metric[] {
  return value === undefined ? [] : [{ name, help, samples: [{ labels: {}, value }] }];
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function driftMetric(plan: Plan): Metric {
  const drifted = new Map<string, number>();
  for (const step of tableSteps(plan)) {
    const { add, change, move, remove, policies } = countChanges([step]);
    addTo(drifted, keyOf(step), add + change + move + remove + policies);
  }
  const all = plan.namespaces.map(({ namespace }) => namespace);
  return {
    name: 'fw_drift_rules',
    help: 'Rules and policies that differ from what they should be.',
    samples: samplesOf(all, drifted),
  };
}

function setDriftMetric(plan: Plan): Metric {
  const drifted = new Map<string, number>();
  for (const { namespace, added, removed } of setSteps(plan))
    addTo(drifted, namespaceLabel(namespace), Math.max(1, added + removed));
  return {
    name: 'fw_drift_set_entries',
    help: 'Entries of sets that differ from what they should be; a set that differs otherwise counts as one.',
    samples: plan.namespaces.map(({ namespace }) => {
      const label = namespaceLabel(namespace);
      return { labels: { namespace: label }, value: drifted.get(label) ?? 0 };
    }),
  };
}

function unownedMetric(namespaces: readonly Namespace[], foreign: readonly Foreign[]): Metric {
  const rules = new Map<string, number>();
  for (const one of foreign) addTo(rules, keyOf(one), one.rules);
  return {
    name: 'fw_unowned_rules',
    help: 'Rules of other programs, which fw leaves alone.',
    samples: samplesOf(namespaces, rules),
  };
}

/** Every namespace has its samples, also when they are 0: a series that vanishes says nothing. */
function samplesOf(namespaces: readonly Namespace[], counts: ReadonlyMap<string, number>): Metric['samples'] {
  return namespaces.flatMap((namespace) =>
    FAMILIES.map((family) => ({
      labels: { namespace: namespaceLabel(namespace), family },
      value: counts.get(keyOf({ namespace, family })) ?? 0,
    })),
  );
}

function keyOf({ namespace, family }: Pick<Foreign, 'namespace' | 'family'>): string {
  return `${family} ${namespaceLabel(namespace)}`;
}

function addTo(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
