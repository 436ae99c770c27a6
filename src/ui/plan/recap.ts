import type { Line } from '../../core/diff/types.ts';
import { addCounters, hasCarried, packets } from '../text/counters-text.ts';
import { familiesText } from '../text/families-text.ts';
import { nameList } from '../text/name-list.ts';
import type { Group, Hunk } from './group-alike.ts';

export type RecapItem = { readonly label: 'policy' | 'in use'; readonly text: string };

/** What a reader must not miss, repeated at the end: policies, and rules that carried traffic and will not be there any more. */
export function recapOf(groups: readonly Group[]): readonly RecapItem[] {
  const hunks = groups.flatMap((group) => group.hunks.map((hunk) => ({ hunk, names: group.names })));
  return [
    ...hunks.flatMap(({ hunk, names }) => policyItem(hunk, names)),
    ...hunks.flatMap(({ hunk, names }) => trafficItem(hunk, names)),
  ];
}

function policyItem(hunk: Hunk, names: readonly string[]): readonly RecapItem[] {
  const { policy } = hunk.change;
  if (policy === undefined) return [];
  return [{ label: 'policy', text: `${place(hunk, names)}: ${policy.from} -> ${policy.to}` }];
}

function trafficItem(hunk: Hunk, names: readonly string[]): readonly RecapItem[] {
  const used = hunk.change.lines.flatMap((line) => carried(line) ?? []);
  if (used.length === 0) return [];
  const total = packets(addCounters(used.map((line) => line.counters ?? ['0', '0'])));
  return [{ label: 'in use', text: `${place(hunk, names)}: removed or changed rules carried ${total}` }];
}

/** The line, when it takes away a rule that has seen packets. */
export function carried(line: Line): Extract<Line, { kind: 'remove' | 'change' }> | undefined {
  if (line.kind === 'change' && line.keepsCounters === true) return undefined;
  return (line.kind === 'remove' || line.kind === 'change') && hasCarried(line.counters) ? line : undefined;
}

function place(hunk: Hunk, names: readonly string[]): string {
  return `${nameList(names)}  ${hunk.table} ${hunk.change.name} ${familiesText(hunk.families)}`;
}
