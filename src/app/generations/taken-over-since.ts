import { claimedTables, claimsOn } from '../../core/desired/claim.ts';
import type { KeptNamespace, NumberedGeneration } from '../../core/generation/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type Family, type TableName } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { readWhole } from './kept-generations.ts';

type Table = { readonly label: string; readonly family: Family; readonly table: TableName };

/**
 * Tables of which the earlier generation declared nothing, each as it was first declared since: what stood in such a table before, and its policies, are no more to be seen, and were
 * compared with it when it was taken over. What other owners declared there later is not among it, nor what a state declared that gave the table back meanwhile and took it again. The
 * generations are read in their order until all such tables are found; one that was removed or damaged is as if it had never been.
 */
export async function takenOverSince(
  { generations }: Pick<Ports, 'generations'>,
  earlier: NumberedGeneration,
  last: NumberedGeneration,
): Promise<readonly KeptNamespace[]> {
  let wanted = tablesOf(last.generation.namespaces).filter((one) => !isIn(earlier.generation.namespaces, one));
  if (wanted.length === 0) return [];
  const numbers = (await generations.numbers()).filter((one) => one > earlier.number && one < last.number);
  const taken: KeptNamespace[] = [];
  for (const number of [...numbers, last.number]) {
    const read = number === last.number ? last : await readWhole({ generations }, number);
    if (read === undefined) continue;
    const { namespaces } = read.generation;
    const found = wanted.filter((one) => isIn(namespaces, one));
    taken.push(...namespaces.flatMap((one) => partOf(one, found)));
    wanted = wanted.filter((one) => !found.includes(one));
    if (wanted.length === 0) break;
  }
  return taken;
}

function tablesOf(namespaces: readonly KeptNamespace[]): readonly Table[] {
  return namespaces.flatMap(({ namespace, claims }) =>
    FAMILIES.flatMap((family) =>
      claimedTables(claims, family).map((table) => ({ label: namespaceLabel(namespace), family, table })),
    ),
  );
}

function isIn(namespaces: readonly KeptNamespace[], { label, family, table }: Table): boolean {
  return namespaces.some(
    ({ namespace, claims }) => namespaceLabel(namespace) === label && claimsOn(claims, family, table).length > 0,
  );
}

/** What a namespace declares of these tables; nothing where that is nothing. */
function partOf(kept: KeptNamespace, tables: readonly Table[]): readonly KeptNamespace[] {
  const label = namespaceLabel(kept.namespace);
  const claims = tables.flatMap((one) => (one.label === label ? claimsOn(kept.claims, one.family, one.table) : []));
  return claims.length === 0 ? [] : [{ ...kept, claims }];
}
