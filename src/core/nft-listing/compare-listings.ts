import { TABLES } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';
import { isIdle, type Listing } from './listing.ts';

/** A place where the live rules are not what iptables-save says, in the words of nft. */
export type Difference = {
  readonly table: TableName;
  /** `chain INPUT`, `set blocked`; '' for the table itself. */
  readonly block: string;
  /** Which rule of the chain, counted from 1; 0 for anything but a rule. */
  readonly rule: number;
  /** What is live; undefined when iptables-save shows something that is not. */
  readonly live: string | undefined;
  /** What loading the saved text gives in its place. */
  readonly loaded: string | undefined;
};

/** The differences of one chain that are worth showing. */
const MOST_OF_A_CHAIN = 3;

/**
 * Compares what is live with what the saved text gives when it is loaded, table by table and rule by rule. No result is the proof that the
 * saved text shows these tables as they are.
 */
export function compareListings(
  live: Listing,
  loaded: Listing,
  tables: readonly TableName[] = TABLES,
): readonly Difference[] {
  return tables.flatMap((table) => {
    const liveBlocks = live.get(table) ?? new Map<string, readonly string[]>();
    const loadedBlocks = loaded.get(table) ?? new Map<string, readonly string[]>();
    const names = new Set([...liveBlocks.keys(), ...loadedBlocks.keys()]);
    return [...names].flatMap((block) => compareBlock(table, block, liveBlocks.get(block), loadedBlocks.get(block)));
  });
}

function compareBlock(
  table: TableName,
  block: string,
  live: readonly string[] | undefined,
  loaded: readonly string[] | undefined,
): readonly Difference[] {
  if (live !== undefined && loaded !== undefined && isSame(live, loaded)) return [];
  if ((live === undefined || loaded === undefined) && isIdle(block, live ?? loaded ?? [])) return [];
  const liveLines = live ?? [];
  const loadedLines = loaded ?? [];
  const rulesStart = [...liveLines, ...loadedLines].some((line) => line.startsWith('type ')) ? 1 : 0;
  const at = (line: number) => (block.startsWith('chain ') ? Math.max(0, line + 1 - rulesStart) : 0);
  if (liveLines.length === loadedLines.length && live !== undefined && loaded !== undefined) {
    const changed = liveLines.flatMap((line, index) =>
      line === loadedLines[index] ? [] : [{ table, block, rule: at(index), live: line, loaded: loadedLines[index] }],
    );
    return changed.slice(0, MOST_OF_A_CHAIN);
  }
  const hidden = extra(liveLines, loadedLines).map(
    (index): Difference => ({ table, block, rule: at(index), live: liveLines[index], loaded: undefined }),
  );
  const invented = extra(loadedLines, liveLines).map(
    (index): Difference => ({ table, block, rule: at(index), live: undefined, loaded: loadedLines[index] }),
  );
  const found = hidden.length > 0 ? hidden : invented;
  // A block without lines, or an order that differs: the block itself is what can be named.
  const whole = { table, block, rule: 0, live: live && block, loaded: loaded && block };
  return found.length === 0 ? [whole] : found.slice(0, MOST_OF_A_CHAIN);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** Indices of the lines of `a` that `b` lacks, as often as it lacks them. */
function extra(a: readonly string[], b: readonly string[]): readonly number[] {
  const left = new Map<string, number>();
  for (const line of b) left.set(line, (left.get(line) ?? 0) + 1);
  return a.flatMap((line, index) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0 ? [] : [index];
  });
}
