import type { HeldTable } from '../../core/held/types.ts';
import { namespaceLabel } from '../../core/namespace-label.ts';
import { cleanText } from '../clean-text.ts';
import { columns } from './columns.ts';

const HEAD = ['namespace', 'family', 'table', 'backend', 'chains', 'rules'];

/** How many chains and rules each table has. */
export function printHeldSummary(held: readonly HeldTable[]): string {
  const rows = held.map(({ namespace, family, table, backend, chains }) => [
    cleanText(namespaceLabel(namespace), true),
    family,
    table,
    backend,
    String(chains.length),
    String(chains.reduce((sum, { rules }) => sum + rules.length, 0)),
  ]);
  return `${columns([HEAD, ...rows], new Set([4, 5])).join('\n')}\n`;
}
