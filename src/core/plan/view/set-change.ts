import { namespaceLabel } from '../../rules/namespace-label.ts';
import { familyOf, typeOf } from '../../sets/ipset/parse-header.ts';
import type { SetHeader, SetStep } from '../../sets/ipset/types.ts';
import { setAction } from '../../sets/set-action.ts';
import { splitOrigin } from './placed.ts';
import type { SetChange, SetSide } from './types.ts';

/** How a set is called in a document: `blue/set/fw-blocked`. */
export function setAddress({ namespace, set }: Pick<SetStep, 'namespace' | 'set'>): string {
  return `${namespaceLabel(namespace)}/set/${set}`;
}

export function setChange(step: SetStep): SetChange {
  const { namespace, set, declared, headers, counts, added, removed, examples, origin } = step;
  return {
    address: setAddress(step),
    type: 'set',
    namespace: namespaceLabel(namespace),
    family: familyOf(headers.after ?? headers.before ?? '') ?? null,
    set,
    declared,
    change: {
      actions: [setAction(step)],
      before: sideOf(headers.before, counts.before),
      after: sideOf(headers.after, counts.after),
    },
    entries: { added, removed, first_added: examples.added, first_removed: examples.removed },
    source: splitOrigin(origin),
  };
}

function sideOf(header: SetHeader | undefined, entries: number): SetSide | null {
  if (header === undefined) return null;
  const type = typeOf(header);
  return { type, options: header.slice(type.length + 1), entries };
}
