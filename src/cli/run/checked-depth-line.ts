import type { Depth } from '../../app/state/validate-state.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { nameList } from '../../ui/text/name-list.ts';
import { quantity } from '../../ui/text/quantity.ts';

/** How far the rules of a backend could be checked, in words. */
export function depthLine({ backend, depth, reason, unloaded }: Depth): string {
  if (depth === 'syntax') return `  ${backend}: only the syntax was checked (${reason})`;
  const but = unloaded === undefined ? 'every rule' : `every rule but ${unloaded}`;
  return `  ${backend}: ${but} was loaded and read back ${reason}`;
}

/** A document without a namespace is about the host, which its reader may not know: so the names are told. */
export function validSentence(namespaces: readonly string[]): string {
  const count = quantity(namespaces.length, 'namespace');
  const names = namespaces.length === 0 ? '' : ` (${cleanText(nameList(namespaces), true)})`;
  return `The state is valid: ${count}${names}.`;
}
