import type { ShownSet, ShownTable } from '../../../core/report/shown/types.ts';
import { namespaceLabel } from '../../../core/rules/namespace-label.ts';
import { familyOf } from '../../../core/sets/ipset/parse-header.ts';
import { field } from '../../text/field.ts';

/**
 * One line for each rule, policy and set: namespace, family, table, chain, position, rule, then remarks. Fields stand apart by tabs. A set stands as in
 * the lines of a plan.
 */
export function printShownLines(shown: readonly ShownTable[], sets: readonly ShownSet[] = []): string {
  const lines = shown.flatMap(({ namespace, family, table, chains }) =>
    chains.flatMap(({ name, policy, rules }) => {
      const place = [field(namespaceLabel(namespace)), family, table, field(name)];
      return [
        ...(policy === undefined ? [] : [[...place, 'policy', policy]]),
        ...rules.map(({ text, origin, counters }, index) => [
          ...place,
          String(index + 1),
          field(text),
          ...(origin === undefined ? [] : [`source=${field(origin)}`]),
          ...(counters === undefined ? [] : [`packets=${field(counters[0])}`]),
        ]),
      ].map((fields) => `${fields.join('\t')}\n`);
    }),
  );
  return [...lines, ...sets.map(printSet)].join('');
}

function printSet({ namespace, name, header, entries }: ShownSet): string {
  const place = [field(namespaceLabel(namespace)), familyOf(header) ?? '-', '-', field(name)];
  const size = entries === undefined ? [] : [`entries=${entries.length}`];
  return `${[...place, 'set', field(header), ...size].join('\t')}\n`;
}
