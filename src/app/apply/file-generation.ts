import { isPristine } from '../../core/rules/builtin.ts';
import type { Ports } from '../../ports/ports.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { readTables, type TableAddress } from '../live/read-tables.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import type { Concluded } from './conclude.ts';

type Filed = { readonly generation: number | undefined; readonly unfiled?: string };

/**
 * Files what the apply became as the newest generation, and takes away the empty tables that planning made. One that waits to be confirmed becomes a generation by
 * that. Never throws: the fate of the rules is decided and on disk.
 */
export async function fileGeneration(
  ports: Ports,
  made: MadePlan,
  { proof, pending, toEnd }: Concluded,
): Promise<Concluded & Filed & { readonly made: MadePlan }> {
  if (pending !== undefined)
    return { made, generation: undefined, pending, proof, ...(toEnd === undefined ? {} : { toEnd }) };
  const filed = await settleIfPossible(ports);
  for (const address of made.created ?? []) await removeIfEmpty(ports, address);
  return { made, proof, ...filed };
}

/** A generation that cannot be filed now is filed by the next run. */
export async function settleIfPossible(ports: Ports): Promise<Filed> {
  try {
    return { generation: await settleGenerations(ports) };
  } catch (error) {
    return { generation: undefined, unfiled: error instanceof Error ? error.message : String(error) };
  }
}

/** An empty table decides about no packet: one that cannot be removed is no reason to fail. */
async function removeIfEmpty({ kernel }: Ports, address: TableAddress): Promise<void> {
  const [table] = await readTables(kernel, [address]).catch(() => []);
  if (table !== undefined && isPristine(table)) {
    await kernel.removeEmptyTable(address, address.table).catch(() => undefined);
  }
}
