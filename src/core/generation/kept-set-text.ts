import { namespaceLabel } from '../namespace-label.ts';
import { addLine } from '../sets/entry.ts';
import type { SetStep } from '../sets/types.ts';
import type { Generation } from './types.ts';

/**
 * Text for `ipset restore` that makes the set of a step as a generation holds it; undefined when it holds none of that name with the type
 * and options from which the step starts, or left its content to others.
 */
export function keptSetText({ namespaces }: Generation, { namespace, set, headers }: SetStep): string | undefined {
  const label = namespaceLabel(namespace);
  const own = namespaces.find((one) => namespaceLabel(one.namespace) === label);
  const kept = own?.sets?.find(({ name }) => name === set);
  if (kept?.entries === undefined || kept.header !== headers.before) return undefined;
  const entries = kept.entries.split('\n').filter((entry) => entry !== '');
  return [`create ${set} ${kept.header}`, ...entries.map((entry) => addLine(set, entry, kept.header)), ''].join('\n');
}
