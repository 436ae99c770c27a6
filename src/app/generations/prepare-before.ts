import {
  EMPTY,
  extendBefore,
  firstPlaces,
  leaveBefore,
  leaveTables,
  setKey,
  shareTables,
  tableKey,
} from '../../core/generation-zero/extend-before.ts';
import type { BeforeFw } from '../../core/generation-zero/types.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import type { KeptSet, SetStep } from '../../core/sets/ipset/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { readSets } from '../live/read-sets.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { settleBefore } from './settle-generations.ts';

/**
 * Writes down what is live where an apply is about to write for the first time, before it writes. It becomes part of generation 0 if the apply is
 * kept. Throws `env.data-folder` where that cannot be written: then nothing is applied.
 */
export async function prepareBefore(
  ports: Ports,
  journalId: string,
  { plan, leaves = [], shares = [] }: Pick<MadePlan, 'plan' | 'leaves' | 'shares'>,
  restores: number | undefined,
): Promise<void> {
  await settleBefore(ports);
  const record = (await ports.before.read()) ?? EMPTY;
  const next =
    restores === 0
      ? leaveBefore(record)
      : shareTables(leaveTables(await extended(ports, record, plan), leaves), shares);
  if (next !== record) await ports.before.prepare(journalId, next);
}

async function extended(ports: Ports, record: BeforeFw, plan: MadePlan['plan']): Promise<BeforeFw> {
  const first = firstPlaces(record, plan);
  const isNew = first.tables.length + first.sets.length > 0;
  return extendBefore(record, {
    plan,
    sets: await liveSets(ports, first.sets),
    unknown: isNew ? await writtenEarlier(ports) : new Set(),
    at: ports.clock.now().toISOString(),
  });
}

/** What an older fw declared: it wrote there first, and kept nothing of what was there. */
async function writtenEarlier({ generations }: Ports): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const number of await generations.earlier()) {
    const { generation } = await generations.read(number);
    for (const { namespace, backend, claims, sets } of generation.namespaces) {
      for (const { family, table } of claims) keys.add(tableKey({ namespace, backend, family, table }));
      for (const { name } of sets) keys.add(setKey(namespace, name));
    }
  }
  return keys;
}

/** The whole of the sets that are there already: a step knows only the entries that come and go. */
async function liveSets({ kernel }: Ports, steps: readonly SetStep[]): Promise<ReadonlyMap<string, KeptSet>> {
  const there = steps.filter(({ change }) => change !== 'create');
  if (there.length === 0) return new Map();
  const requests = there.map(({ namespace, set }) => ({ namespace, owners: [], declared: [set] }));
  const found = await readSets(kernel, requests);
  return new Map(
    there.flatMap(({ namespace, set, declared, isManaged }, index) => {
      const live = found[index]?.find(({ name }) => name === set);
      if (live === undefined) return [];
      const entries = allLines(live.entries).map((entry) => `${entry}\n`);
      const kept: KeptSet = {
        name: set,
        declared,
        header: live.header,
        ...(isManaged ? { entries: entries.join('') } : {}),
      };
      return [[setKey(namespace, set), kept] as const];
    }),
  );
}
