import type { Total } from '../../counters/totals.ts';
import type { Metric } from './metrics-of.ts';

const RULES = 'rules of this name in this chain';

/** What rules and policies have counted, as counters of Prometheus. A rule without id and comment has the name "", with the others of its chain. */
export function counterMetrics(totals: readonly Total[]): readonly Metric[] {
  const rules = totals.filter(({ rule }) => rule !== null);
  const policies = totals.filter(({ rule }) => rule === null);
  return [
    metric('fw_rule_packets_total', `Packets that ${RULES} have counted.`, rules, 0),
    metric('fw_rule_bytes_total', `Bytes that ${RULES} have counted.`, rules, 1),
    metric('fw_policy_packets_total', 'Packets that no rule of this chain decided.', policies, 0),
    metric('fw_policy_bytes_total', 'Bytes of packets that no rule of this chain decided.', policies, 1),
  ].filter(({ samples }) => samples.length > 0);
}

function metric(name: Metric['name'], help: string, totals: readonly Total[], at: 0 | 1): Metric {
  const samples = totals.map(({ namespace, family, table, chain, rule, counters }) => ({
    labels: { namespace, family, table, chain, ...(rule === null ? {} : { rule }) },
    value: BigInt(counters[at]),
  }));
  return { name, help, type: 'counter', samples };
}
