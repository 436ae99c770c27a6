import type { Counters, Table } from '../rules/types.ts';
import { ruleKey } from './rule-key.ts';
import type { TableStep } from './types.ts';

/** Counters of the rules of one table by `ruleKey`, to be kept for a later comparison. Rules of equal text in a chain are added up. */
export function sampleCounters(
  place: Pick<TableStep, 'namespace' | 'family' | 'table'>,
  table: Table,
): ReadonlyMap<string, Counters> {
  const sample = new Map<string, Counters>();
  for (const chain of table.chains) {
    for (const { text, counters } of chain.rules) {
      if (counters === undefined) continue;
      const key = ruleKey(place, chain.name, text);
      const [packets, bytes] = sample.get(key) ?? ['0', '0'];
      sample.set(key, [add(packets, counters[0]), add(bytes, counters[1])]);
    }
  }
  return sample;
}

function add(one: string, other: string): string {
  return one === '0' ? other : String(BigInt(one) + BigInt(other));
}
