import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { type StandingTable, standingTables } from '../../core/plan/standing-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES } from '../../core/rules/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { readLive } from '../live/read-live.ts';
import { judgeHidden } from '../save-proof/hidden-table.ts';

/** Live tables that a plan leaves as they are while it changes a set that their rules name: what a saved plan says of them is not believed. */
export async function readStanding(kernel: Kernel, plan: Plan): Promise<readonly StandingTable[]> {
  const sets = setSteps(plan);
  if (sets.length === 0) return [];
  const backends = new Map(plan.namespaces.map(({ namespace, backend }) => [namespaceLabel(namespace), backend]));
  const changed = new Map(sets.map(({ namespace }) => [namespaceLabel(namespace), namespace]));
  const wanted = [...changed].map(
    ([label, namespace]) => ({ namespace, backend: backends.get(label) ?? 'auto' }) as const,
  );
  const planned = new Set(
    tableSteps(plan).map((step) => `${namespaceLabel(step.namespace)} ${step.family} ${step.table}`),
  );
  const live = await readLive(kernel, wanted);
  // Any rule may name the set that changes.
  judgeHidden(live, () => true);
  return live.flatMap(({ namespace, rulesets }) => {
    const label = namespaceLabel(namespace);
    const tables = FAMILIES.flatMap((family) =>
      rulesets[family].tables
        .filter(({ name }) => !planned.has(`${label} ${family} ${name}`))
        .map((table) => ({ family, table })),
    );
    const own = sets.filter((step) => namespaceLabel(step.namespace) === label);
    return standingTables(namespace, tables, own);
  });
}
