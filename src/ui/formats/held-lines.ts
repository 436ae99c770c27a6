import type { HeldTable } from '../../core/held/types.ts';
import { namespaceLabel } from '../../core/namespace-label.ts';
import { field } from './field.ts';

/** One line for each rule and policy: namespace, family, table, chain, position, rule, then remarks. Fields stand apart by tabs. */
export function printHeldLines(held: readonly HeldTable[]): string {
  const lines = held.flatMap(({ namespace, family, table, chains }) =>
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
  return lines.join('');
}
