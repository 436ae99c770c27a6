import type { Diagnostic } from '../core/diagnostic.ts';
import type { Step } from '../core/plan/types.ts';
import { FAMILIES, type Table } from '../core/ruleset/types.ts';
import type { Kernel, Ports } from '../ports.ts';
import { proveSnapshots } from './prove-snapshots.ts';
import type { Live } from './read-live.ts';
import type { Said } from './said.ts';

/** For a plan: the snapshots of all namespaces, believing text that was proven before. Resolves to warnings. */
export function proveLive({ kernel, proven }: Ports, live: readonly Live[]): Promise<readonly Diagnostic[]> {
  const snapshots = live.flatMap(({ namespace, backend, rulesets }) =>
    FAMILIES.map((family): Said => ({ namespace, family, backend, ruleset: rulesets[family] })),
  );
  return proveSnapshots(kernel, snapshots, proven);
}

/** For an apply: the tables that its steps change, proven now, whatever was proven before. `before` is in the order of the steps. */
export async function proveSteps(
  kernel: Kernel,
  steps: readonly Step[],
  before: readonly (Table | undefined)[],
): Promise<void> {
  const snapshots = new Map<string, Said>();
  for (const [index, { namespace, family, backend, table }] of steps.entries()) {
    const key = JSON.stringify([namespace, family, backend]);
    const known = snapshots.get(key);
    const live = before[index];
    snapshots.set(key, {
      namespace,
      family,
      backend,
      tables: [...(known?.tables ?? []), table],
      ruleset: { family, tables: [...(known?.ruleset.tables ?? []), ...(live === undefined ? [] : [live])] },
    });
  }
  await proveSnapshots(kernel, [...snapshots.values()]);
}
