import type { HeldTable } from '../../core/held/types.ts';
import { namespaceLabel } from '../../core/namespace-label.ts';
import { printTable } from '../../core/ruleset/print.ts';
import { cleanText } from '../clean-text.ts';

/** Tables as iptables-save prints them, each under a heading in a comment. */
export function printHeldRestore(held: readonly HeldTable[]): string {
  return held
    .map(({ namespace, family, backend, table, chains }) => {
      const counters = chains.some(({ rules }) => rules.some((rule) => rule.counters !== undefined));
      const text = printTable({ name: table, chains }, { counters });
      return `# ${cleanText(namespaceLabel(namespace), true)} ${family} (${backend})\n${text}`;
    })
    .join('');
}
