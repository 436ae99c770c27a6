import { FAMILIES, type Family } from '../../rules/types.ts';
import { printAddress, printAddressRange } from '../print-address.ts';
import { ICMPV6, protocolName } from '../rule/protocol-number.ts';
import { ICMP_NAMES } from '../rule/read-icmp.ts';
import type { Range } from '../types/condition.ts';
import type { Among, FlowAddress, FlowIcmp, FlowPattern } from '../types/flow-pattern.ts';
import { familiesOf } from './check-flow.ts';

const PATHS = { INPUT: 'to host', FORWARD: 'through host', OUTPUT: 'from host' } as const;

/** A flow in the form in which `parseFlow` reads it; it reads the same flow out of it. */
export function printFlow(flow: FlowPattern): string {
  const { protocols, source, destination, sourcePorts, destinationPorts, input, output, icmp, states, path } = flow;
  const icmpFamily = protocols?.items.includes(ICMPV6) === true ? 'ipv6' : 'ipv4';
  const [family] = flow.families;
  return [
    protocols === undefined ? 'any' : printAmong(protocols, protocolName),
    ...printSide(source, sourcePorts),
    '->',
    ...printSide(destination, destinationPorts),
    ...clause('in', input, ({ name, prefix }) => `${name}${prefix ? '+' : ''}`),
    ...clause('out', output, ({ name, prefix }) => `${name}${prefix ? '+' : ''}`),
    ...clause('type', icmp, (type) => icmpText(type, icmpFamily)),
    ...clause('state', states, (state) => state),
    ...(path === undefined ? [] : [PATHS[path]]),
    ...(family === undefined || familiesOf({ ...flow, families: FAMILIES }).length === flow.families.length
      ? []
      : [family]),
  ].join(' ');
}

function printSide(addresses: Among<FlowAddress> | undefined, ports: Among<Range> | undefined): readonly string[] {
  const where = addresses === undefined ? undefined : printAmong(addresses, addressText);
  if (ports === undefined) return [where ?? 'any'];
  return [...(where === undefined ? [] : [where]), 'port', printAmong(ports, portText)];
}

function clause<Item>(word: string, among: Among<Item> | undefined, print: (item: Item) => string): readonly string[] {
  return among === undefined ? [] : [word, printAmong(among, print)];
}

function printAmong<Item>({ not, items }: Among<Item>, print: (item: Item) => string): string {
  return `${not ? '!' : ''}${items.map(print).join(',')}`;
}

function addressText(address: FlowAddress): string {
  if (address.kind === 'set') return `@${address.name}`;
  const { family } = address;
  if (address.kind === 'range') return printAddressRange(family, address.range);
  return `${printAddress(family, address.value)}/${printAddress(family, address.mask)}`;
}

function portText([first, last]: Range): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function icmpText({ type, code }: FlowIcmp, family: Family): string {
  const named = Object.entries(ICMP_NAMES[family]).find(([, of]) => of[0] === type && of[1] === code);
  return named?.[0] ?? (code === undefined ? String(type) : `${type}/${code}`);
}
