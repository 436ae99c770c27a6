import { isInScope, type RowFilter } from '../../core/counters/choose-rows.ts';
import { idsIn } from '../../core/counters/rule-names.ts';
import { addToTotals, type Total, type Totals, totalKey, totalOf } from '../../core/counters/totals.ts';
import type { OwnedRow } from '../../core/counters/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Generation } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { readWhole } from '../generations/kept-generations.ts';
import { countSince } from './count-since.ts';

/** So long a total or a counter that went is remembered. A series that begins anew after that is a reset to Prometheus, which it can count. */
const REMEMBERED_MS = 24 * 3600 * 1000;

export type CountedTotals = {
  /** All of them, to be kept. */
  readonly totals: Totals;
  /** Those of what is live and asked for, in the order in which packets meet the first rule of each. */
  readonly shown: readonly Total[];
  readonly warnings: readonly Diagnostic[];
};

/** What rules have counted since fw first looked, by name. All counters of the namespaces are added to the totals, whatever is shown. */
export async function countTotals(
  ports: Ports,
  before: Totals | undefined,
  options: Parameters<typeof countSince>[2] & { readonly filter: RowFilter },
): Promise<CountedTotals> {
  const counted = await countSince(ports, before?.baseline, options);
  const ids = idsIn(await namingGenerations(ports));
  const now = ports.clock.now();
  const at = now.toISOString();
  const since = new Date(now.getTime() - REMEMBERED_MS).toISOString();
  const totals = addToTotals(before, counted, ids, { at, since });
  const asked = counted.rows.filter((row) => isInScope(row, options.filter) && isCounting(row));
  const keys = new Set(asked.map((row) => totalKey(totalOf(row, ids, at))));
  const byKey = new Map(totals.totals.map((one) => [totalKey(one), one]));
  const shown = [...keys].flatMap((key) => byKey.get(key) ?? []);
  return { totals, shown, warnings: counted.warnings };
}

/** A policy that no program has set may not be counted; a series of it would say 0 whatever comes. */
function isCounting({ isSure, position, text, owner }: OwnedRow): boolean {
  return isSure || position !== undefined || text === 'policy DROP' || owner.kind === 'state';
}

/** The newest generation, and what waits to be one: its rules are live. An apply that a run beside this one ends meanwhile is left out. */
async function namingGenerations({ generations }: Ports): Promise<readonly Generation[]> {
  const number = (await generations.numbers()).at(-1);
  const newest = number === undefined ? undefined : await readWhole({ generations }, number);
  const waiting = await Promise.all(
    (await generations.prepared()).map((id) => generations.readPrepared(id).catch(() => undefined)),
  );
  return [newest?.generation, ...waiting].flatMap((one) => one ?? []);
}
