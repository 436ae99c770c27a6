import { namespaceLabel } from '../namespace-label.ts';
import type { Finding } from './types.ts';

/** Where a finding is, in words: `filter INPUT of host, ipv4 and ipv6`. */
export function placeOf({ namespace, families, table, chain }: Finding): string {
  return `${table}${chain === undefined ? '' : ` ${chain}`} of ${namespaceLabel(namespace)}, ${families.join(' and ')}`;
}
