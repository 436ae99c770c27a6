import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { tablesIn } from '../../core/plan/in-order.ts';
import { type ForeignDrift, foreignDriftOf, type SeenTable } from '../../core/report/drift/foreign-drift.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';

/** What others changed in the tables of `inputs` since the last kept apply that changed each: its journal has the table as it was then, with all that was in it. */
export async function findForeignDrift(
  ports: Ports,
  inputs: readonly NamespaceInput[],
  context: number,
): Promise<ForeignDrift> {
  return foreignDriftOf(inputs, await seenTables(ports), context);
}

/** Of each table the newest. Journals of applies that were not kept are left out: what others did meanwhile shows all the same. */
async function seenTables(ports: Ports): Promise<readonly SeenTable[]> {
  const { journal } = ports;
  const numbers = new Map<string, number>();
  for await (const { number, generation } of keptGenerations(ports)) numbers.set(generation.journal, number);
  const found = new Map<string, SeenTable>();
  for (const id of (await journal.ended()).toReversed()) {
    const generation = numbers.get(id);
    if (generation === undefined) continue;
    const run = await journal.read(id);
    for (const { namespace, family, backend, table, after } of tablesIn(run?.steps ?? [])) {
      const place = { namespace: namespaceLabel(namespace), family, table };
      const key = JSON.stringify([...Object.values(place), backend]);
      if (!found.has(key)) found.set(key, { ...place, backend, seen: after, generation, at: run?.at ?? '' });
    }
  }
  return [...found.values()];
}
