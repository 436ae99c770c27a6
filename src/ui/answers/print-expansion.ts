import type { ExpandedChain, ExpandedNamespace, ExpandedSet, ExpandedTable } from '../../core/expansion/types.ts';
import type { Family } from '../../core/rules/types.ts';
import { type Page, pageOf, withRemarks } from '../text/page.ts';
import type { ScreenFacts } from '../text/tty.ts';

/** A chain, and the families that get it just so. */
type Shown = { readonly table: ExpandedTable; readonly chain: ExpandedChain; readonly families: readonly Family[] };

/** Every rule that a state stands for, chain by chain, with the place where it is written. */
export function printExpansion(namespaces: readonly ExpandedNamespace[], facts: ScreenFacts): readonly string[] {
  const page = pageOf(facts);
  return namespaces.flatMap((one, index) => [
    ...(index === 0 ? [] : ['']),
    page.paint('heading', page.clean(one.namespace)),
    ...one.sets.flatMap((set) => printSet(page, set)),
    ...together(one.tables).flatMap((shown) => printChain(page, shown)),
  ]);
}

function printSet(page: Page, { name, declared, header, entries }: ExpandedSet): readonly string[] {
  const called = name === declared ? name : `${declared} (${name})`;
  const content = entries === null ? ', filled by other programs' : '';
  return [
    '',
    page.clean(`  set ${called}: ${header}${content}`),
    ...(entries ?? []).map((one) => page.clean(`    ${one}`)),
  ];
}

function printChain(page: Page, { table, chain, families }: Shown): readonly string[] {
  const called = chain.name === chain.declared ? chain.name : `${chain.declared} (${chain.name})`;
  const policy = chain.policy === null ? '' : `, policy ${chain.policy}`;
  const family = families.map((one) => (one === 'ipv4' ? 'IPv4' : 'IPv6')).join(' and ');
  return [
    '',
    page.clean(`  ${table.table} ${called}${policy}, ${family}`),
    ...chain.rules.flatMap(({ rule, id, origin }) => {
      const line = page.clean(`    ${rule}`);
      const remark = page.clean(id === null ? origin : `${id}, ${origin}`);
      return withRemarks(page, { plain: line, painted: line }, [remark], 8);
    }),
  ];
}

/** Chains of IPv4 first; those of IPv6 that say the same are not told again. */
function together(tables: readonly ExpandedTable[]): readonly Shown[] {
  const shown = new Map<string, Shown>();
  for (const table of tables) {
    for (const chain of table.chains) {
      const key = JSON.stringify([table.table, table.ownership, table.owner, chain]);
      const known = shown.get(key);
      shown.set(key, { table, chain, families: [...(known?.families ?? []), table.family] });
    }
  }
  return [...shown.values()];
}
