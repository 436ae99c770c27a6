import type { Family } from './types.ts';

/**
 * Family of a literal address at the start of a word: alone, with a mask, the start of a range, with a port, in brackets. Undefined for
 * everything else, such as port ranges (`1:100`), times (`10:00`), MAC addresses, names.
 */
export function addressFamily(word: string): Family | undefined {
  if (!word.includes('.') && !word.includes(':')) return undefined;
  if (IPV4.test(word)) return 'ipv4';
  const text = IPV6.exec(word)?.[1];
  return text !== undefined && isIpv6(text) ? 'ipv6' : undefined;
}

const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:$|[-/:,])/;
const IPV6 = /^\[?([0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){1,8}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?:$|[-/,\]])/;

/** Eight groups, or fewer with one `::`; an embedded IPv4 address counts as two. A MAC address has six groups and no `::`. */
function isIpv6(text: string): boolean {
  const groups = text.split(':').length + (text.includes('.') ? 1 : 0);
  if (text.includes(':::')) return false;
  const first = text.indexOf('::');
  if (first < 0) return groups === 8 && !text.startsWith(':') && !text.endsWith(':');
  return text.indexOf('::', first + 1) < 0 && groups <= 9;
}
