import type { Family } from '../rules/types.ts';
import { WIDTH } from './address.ts';
import type { Range } from './types/condition.ts';

/** As iptables-save prints an address: IPv6 in its shortest form. */
export function printAddress(family: Family, value: bigint): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const [at, length] = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  return length < 2 ? hex.join(':') : `${hex.slice(0, at).join(':')}::${hex.slice(at + length).join(':')}`;
}

/** A single address, a network in its short form, or else `first-last`. */
export function printAddressRange(family: Family, [first, last]: Range): string {
  if (first === last) return printAddress(family, first);
  const size = last - first + 1n;
  const isNetwork = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isNetwork) return `${printAddress(family, first)}-${printAddress(family, last)}`;
  return `${printAddress(family, first)}/${Number(WIDTH[family]) - (size.toString(2).length - 1)}`;
}

/** Where the longest run of zeros begins, the first of equal ones, and how long it is. */
function longestZeros(groups: readonly bigint[]): readonly [at: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let at = 0; at < groups.length; at += 1) {
    const end = groups.findIndex((group, index) => index >= at && group !== 0n);
    const length = (end < 0 ? groups.length : end) - at;
    if (length > best[1]) best = [at, length];
  }
  return best;
}
