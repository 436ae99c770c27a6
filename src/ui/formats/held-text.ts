import type { HeldChain, HeldTable } from '../../core/held/types.ts';
import { namespaceLabel } from '../../core/namespace-label.ts';
import { cleanText } from '../clean-text.ts';
import { packets } from '../counters-text.ts';

/** Tables as they are held, for people: rules with their positions, where they come from and what they carried. */
export function printHeldText(held: readonly HeldTable[]): string {
  if (held.length === 0) return 'No rules.\n';
  return held
    .map(({ namespace, backend, family, table, chains }) =>
      [`${clean(namespaceLabel(namespace))}  ${family} ${table}  (${backend})`, ...chains.flatMap(printChain), ''].join(
        '\n',
      ),
    )
    .join('\n');
}

function printChain({ name, policy, rules }: HeldChain): readonly string[] {
  const width = String(rules.length).length;
  return [
    `  ${clean(name)}${policy === undefined ? '' : `  policy ${policy}`}`,
    ...rules.map(({ text, origin, counters }, index) => {
      const remarks = [
        ...(origin === undefined ? [] : [clean(origin)]),
        ...(counters === undefined ? [] : [packets(counters)]),
      ];
      return `    ${String(index + 1).padStart(width)}  ${clean(text)}${remarks.length === 0 ? '' : `   ${remarks.join('   ')}`}`;
    }),
  ];
}

function clean(text: string): string {
  return cleanText(text, true);
}
