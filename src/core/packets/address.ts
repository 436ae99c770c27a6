import type { Family } from '../rules/types.ts';
import type { Answer } from './answer.ts';
import type { Range } from './types/condition.ts';

export type Address = {
  readonly family: Family;
  readonly value: bigint;
  /** Name of the interface behind the `%` of a link-local address. */
  readonly zone?: string;
  /** The bits that are known, where that is not all of them: any address of a network. */
  readonly known?: bigint;
};

/** Bits of an address. */
export const WIDTH: Readonly<Record<Family, bigint>> = { ipv4: 32n, ipv6: 128n };
const LONGEST = 80;

/** A literal address. One that is IPv4 inside IPv6 (`::ffff:192.0.2.1`) is IPv4, as the packets are. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST) return undefined;
  const [bare = '', zone, ...more] = text.split('%');
  if (more.length > 0 || zone === '') return undefined;
  if (!bare.includes(':')) return zone === undefined ? parseIpv4(bare) : undefined;
  const value = ipv6Value(bare);
  if (value === undefined) return undefined;
  if (value >> 32n === 0xffffn) return { family: 'ipv4', value: value & 0xffffffffn };
  return { family: 'ipv6', value, ...(zone === undefined ? {} : { zone }) };
}

export function isLoopback({ family, value }: Address): boolean {
  return family === 'ipv4' ? value >> 24n === 127n : value === 1n;
}

export function anyAddress(family: Family): Range {
  return [0n, (1n << WIDTH[family]) - 1n];
}

/** Whether an address is in a network as iptables-save prints it: `address/bits` or `address/mask`. */
export function isInNetwork(address: Address, network: string): Answer {
  const [base = '', mask, ...more] = network.split('/');
  const first = parseLiteral(base);
  if (first === undefined || first.family !== address.family || more.length > 0) return 'unknown';
  const bits = maskValue(mask, address.family);
  if (bits === undefined) return 'unknown';
  const known = bits & (address.known ?? bits);
  if ((address.value & known) !== (first.value & known)) return 'no';
  return known === bits ? 'yes' : 'unknown';
}

/** A network as iptables-save prints it, alone, with a prefix or a mask; `value` has no bit outside of `mask`. */
export function parseNetwork(
  text: string,
  family: Family,
): { readonly value: bigint; readonly mask: bigint } | undefined {
  const [base = '', bits, ...more] = text.split('/');
  const first = parseLiteral(base);
  const mask = maskValue(bits, family);
  if (first?.family !== family || mask === undefined || more.length > 0) return undefined;
  return { value: first.value & mask, mask };
}

/** Whether an address is in `first-last`. */
export function isInRange(address: Address, range: string): Answer {
  const [first, last, ...more] = range.split('-').map(parseLiteral);
  if (first?.family !== address.family || last?.family !== address.family || more.length > 0) return 'unknown';
  if (address.known !== undefined) return 'unknown';
  return first.value <= address.value && address.value <= last.value ? 'yes' : 'no';
}

/** As `parseAddress`, but what is written as IPv6 stays IPv6: in a rule of ip6tables `::ffff:0:0/96` is a network of its own. */
export function parseLiteral(text: string): Address | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const value = text.length > LONGEST ? undefined : ipv6Value(text);
  return value === undefined ? undefined : { family: 'ipv6', value };
}

function maskValue(mask: string | undefined, family: Family): bigint | undefined {
  const width = WIDTH[family];
  const all = (1n << width) - 1n;
  if (mask === undefined) return all;
  if (!/^\d{1,3}$/.test(mask)) {
    const literal = parseLiteral(mask);
    return literal?.family === family ? literal.value : undefined;
  }
  const bits = BigInt(mask);
  return bits > width ? undefined : all ^ ((1n << (width - bits)) - 1n);
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return { family: 'ipv4', value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function ipv6Value(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const front = groups(head, tail === undefined);
  const back = tail === undefined ? [] : groups(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...front, ...Array<bigint>(missing).fill(0n), ...back];
  return all.reduce((value, group) => (value << 16n) | group, 0n);
}

/** Groups of 16 bits. The last of an address may be written as an IPv4 address and is two. */
function groups(text: string, isLast: boolean): readonly bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const values: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const ipv4 = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 !== undefined) values.push(ipv4.value >> 16n, ipv4.value & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) values.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return values;
}
