import type { ShownSet, ShownTable } from '../../../core/report/shown/types.ts';
import { printTable } from '../../../core/restore/print-table.ts';
import { namespaceLabel } from '../../../core/rules/namespace-label.ts';
import { addEdit } from '../../../core/sets/compile-set.ts';
import { printSetEdits } from '../../../core/sets/ipset/print-set-edits.ts';
import { setEdits } from '../../../core/sets/ipset/set-edit.ts';
import { cleanText } from '../../text/clean-text.ts';

/** Sets as ipset-save prints them, then tables as iptables-save does, each under a heading in a comment. Sets come first: rules name them. */
export function printShownRestore(shown: readonly ShownTable[], sets: readonly ShownSet[] = []): string {
  const tables = shown.map(({ namespace, family, backend, table, chains }) => {
    const counters = chains.some(({ rules }) => rules.some((rule) => rule.counters !== undefined));
    const text = printTable({ name: table, chains }, { counters });
    return `# ${cleanText(namespaceLabel(namespace), true)} ${family} (${backend})\n${text}`;
  });
  return [...sets.map(printSet), ...tables].join('');
}

function printSet({ namespace, name, header, entries = [] }: ShownSet): string {
  const edits = setEdits({ kind: 'create', set: name, header }, addEdit(name, entries, header));
  return `# ${cleanText(namespaceLabel(namespace), true)} (ipset)\n${printSetEdits(edits)}`;
}
