import { TABLES } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';
import { isIdle, type Listing } from './listing.ts';

/**
 * One key for every line that only one side has, and one for a block whose lines stand in another order. A rule that iptables-save does not
 * tell as it is gives the same key however often one looks; what others add and remove meanwhile does not.
 */
export function differenceKeys(
  live: Listing,
  loaded: Listing,
  tables: readonly TableName[] = TABLES,
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const table of tables) {
    const sides = [live.get(table), loaded.get(table)] as const;
    for (const block of new Set([...(sides[0]?.keys() ?? []), ...(sides[1]?.keys() ?? [])])) {
      const [a, b] = [sides[0]?.get(block), sides[1]?.get(block)];
      for (const key of blockKeys(block, a, b)) keys.add(JSON.stringify([table, block, ...key]));
    }
  }
  return keys;
}

/** The tables that keys of `differenceKeys` are about. */
export function tablesOfKeys(keys: ReadonlySet<string>): readonly TableName[] {
  const named = new Set([...keys].map((key): unknown => (JSON.parse(key) as readonly unknown[])[0]));
  return TABLES.filter((table) => named.has(table));
}

function blockKeys(
  block: string,
  live: readonly string[] | undefined,
  loaded: readonly string[] | undefined,
): readonly (readonly string[])[] {
  if (live === undefined || loaded === undefined) {
    const lines = live ?? loaded ?? [];
    const side = live === undefined ? 'invented' : 'hidden';
    return isIdle(block, lines) ? [] : [[side], ...lines.map((line) => [side, line])];
  }
  const hidden = only(live, loaded).map((line) => ['hidden', line]);
  const invented = only(loaded, live).map((line) => ['invented', line]);
  if (hidden.length + invented.length > 0) return [...hidden, ...invented];
  return live.every((line, index) => line === loaded[index]) ? [] : [['order']];
}

/** Lines that the first list has more often than the second. */
function only(a: readonly string[], b: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of b) left.set(line, (left.get(line) ?? 0) + 1);
  return a.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
