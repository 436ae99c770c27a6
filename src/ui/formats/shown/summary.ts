import type { ShownSet, ShownTable } from '../../../core/report/shown/types.ts';
import { namespaceLabel } from '../../../core/rules/namespace-label.ts';
import { cleanText } from '../../text/clean-text.ts';
import { columns } from '../../text/columns.ts';
import { quantity } from '../../text/quantity.ts';

const HEAD = ['namespace', 'family', 'table', 'backend', 'chains', 'rules'];

/** How many chains and rules each table has, and how many entries each set. */
export function printShownSummary(shown: readonly ShownTable[], sets: readonly ShownSet[] = []): string {
  const rows = shown.map(({ namespace, family, table, backend, chains }) => [
    cleanText(namespaceLabel(namespace), true),
    family,
    table,
    backend,
    String(chains.length),
    String(chains.reduce((sum, { rules }) => sum + rules.length, 0)),
  ]);
  const lines = sets.map(({ namespace, name, header, entries }) => {
    const size = entries === undefined ? 'entries of others' : quantity(entries.length, 'entry', 'entries');
    return cleanText(`${namespaceLabel(namespace)} set ${name}: ${header}, ${size}`, true);
  });
  return `${[...columns([HEAD, ...rows], new Set([4, 5])), ...lines].join('\n')}\n`;
}
