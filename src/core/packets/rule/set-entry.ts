import type { Family } from '../../rules/types.ts';
import { anyAddress, parseNetwork, WIDTH } from '../address.ts';
import type { Condition, FieldName, SetDirection } from '../types/condition.ts';
import { allOf, inRanges, masked, NEVER } from './combine.ts';
import { DCCP, protocolNumber, WITH_PORTS } from './protocol-number.ts';
import { linkNamed } from './read-header.ts';
import { icmpKind } from './read-icmp.ts';
import { FIRST_FRAGMENT, portRange } from './read-ports.ts';

/** One dimension of one entry. `bits`: length of the prefix, where the dimension is a network. */
export type EntryPart = { readonly condition: Condition; readonly bits?: number };

/** ICMP and ICMPv6 have type and code where others have ports; DCCP has no ports for ipset. */

export function readEntryPart(
  kind: string,
  text: string,
  direction: SetDirection,
  family: Family,
  /** What the set does to each address before it looks it up: `netmask`, `bitmask`. */
  mask: bigint | undefined,
): EntryPart | undefined {
  switch (kind) {
    case 'ip':
      return readAddress(text, direction, family, mask);
    case 'net':
      return readNetwork(text, direction, family);
    case 'port':
      return part(readPort(text, direction, family));
    case 'iface':
      return part(readInterface(text, direction));
    default:
      return undefined;
  }
}

function part(condition: Condition | undefined): EntryPart | undefined {
  return condition === undefined ? undefined : { condition };
}

function fieldOf(direction: SetDirection): FieldName {
  return direction === 'src' ? 'source' : 'destination';
}

function readAddress(
  text: string,
  direction: SetDirection,
  family: Family,
  mask: bigint | undefined,
): EntryPart | undefined {
  const network = parseNetwork(text, family);
  if (network === undefined) return undefined;
  const bits = mask === undefined ? network.mask : network.mask & mask;
  const first = network.value & bits;
  const rest = anyAddress(family)[1] & ~bits;
  const hasHoles = (rest & (rest + 1n)) !== 0n;
  return part(
    hasHoles ? masked(fieldOf(direction), bits, first) : inRanges(fieldOf(direction), [[first, first | rest]]),
  );
}

function readNetwork(text: string, direction: SetDirection, family: Family): EntryPart | undefined {
  const network = parseNetwork(text, family);
  if (network === undefined) return undefined;
  const last = network.value | (anyAddress(family)[1] & ~network.mask);
  const prefix = /\/(\d+)$/.exec(text)?.[1];
  const bits = prefix === undefined ? Number(WIDTH[family]) : Number(prefix);
  return { condition: inRanges(fieldOf(direction), [[network.value, last]]), bits };
}

/** `tcp:80`, `icmp:echo-request`, `gre:0`. */
function readPort(text: string, direction: SetDirection, family: Family): Condition | undefined {
  const [name = '', port = '', ...more] = text.split(':');
  const number = protocolNumber(name);
  if (number === undefined || port === '' || more.length > 0) return undefined;
  const protocol = inRanges('protocol', [[BigInt(number), BigInt(number)]]);
  if (number === (family === 'ipv4' ? 1 : 58)) {
    const kind = icmpKind(port, family);
    if (kind === undefined) return undefined;
    const value = BigInt(kind[0] * 256 + (kind[1] ?? 0));
    return allOf([protocol, FIRST_FRAGMENT, inRanges('icmp', [[value, value]])]);
  }
  const range = portRange(port.replace('-', ':'));
  if (range === undefined) return undefined;
  // Of a protocol without ports every packet has port 0, for ipset.
  if (!WITH_PORTS.has(number) || number === DCCP) return range[0] === 0n ? protocol : NEVER;
  return allOf([protocol, FIRST_FRAGMENT, inRanges(direction === 'src' ? 'sourcePort' : 'destinationPort', [range])]);
}

/** A name may end in `+` only as a character of it: entries for many interfaces have the word `wildcard`, which is left to the caller. */
function readInterface(text: string, direction: SetDirection): Condition | undefined {
  const isPort = text.startsWith('physdev:');
  const name = isPort ? text.slice('physdev:'.length) : text;
  if (name.endsWith('+')) return undefined;
  if (isPort) return linkNamed(direction === 'src' ? 'bridgeInput' : 'bridgeOutput', name);
  return linkNamed(direction === 'src' ? 'input' : 'output', name);
}
