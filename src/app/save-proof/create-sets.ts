import { ruleTexts } from '../../core/rule-text/rule-texts.ts';
import type { Namespace, Table } from '../../core/rules/types.ts';
import { createsFrom, namedSets } from '../../core/sets/headers.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import type { Kernel, Scratch } from '../../ports/ports.ts';

/**
 * Makes the sets that the rules of some tables name, empty, as the namespace has them: such a rule loads only where the set exists. `made` are those that the scratch
 * namespace has already; `ipset restore` stops at the first that exists.
 */
export async function createSets(
  kernel: Kernel,
  scratch: Scratch,
  made: Set<string>,
  { namespace, tables }: { readonly namespace: Namespace; readonly tables: readonly Table[] },
): Promise<void> {
  const missing = new Set([...namedSets(ruleTexts(tables))].filter((name) => !made.has(name)));
  if (missing.size === 0) return;
  for (const name of missing) made.add(name);
  const creates = createsFrom((await kernel.setHeaders(namespace)).stdout, missing);
  if (creates.length > 0) await scratch.restoreSets(printSetEdits(creates));
}
