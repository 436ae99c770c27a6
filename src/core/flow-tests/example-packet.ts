import { parseLiteral, parseNetwork } from '../packets/address.ts';
import { printAddress } from '../packets/print-address.ts';
import { protocolName, WITH_PORTS } from '../packets/rule/protocol-number.ts';
import type { Flow, Path } from '../packets/types/traffic.ts';
import type { Family } from '../rules/types.ts';

const HAVE_PORTS: ReadonlySet<string> = new Set([...WITH_PORTS].map(protocolName));

/** Addresses and ports that nobody's rules are about, for what a flow leaves open: the networks that are kept for documentation. */
const ANYWHERE = {
  ipv4: {
    source: ['198.51.100.7', '192.0.2.7', '10.0.0.7', '9.9.9.9'],
    destination: ['192.0.2.1', '203.0.113.1', '10.0.0.1', '9.9.9.10'],
  },
  ipv6: { source: ['2001:db8::7', 'fd00::7', '2620:fe::9'], destination: ['2001:db8::1', 'fd00::1', '2620:fe::10'] },
} as const;
const PORTS = { source: ['40000', '1024', '53'], destination: ['80', '40001', '1'] } as const;

/** One packet of a flow as words of `fw trace`; undefined where it takes more to tell it, such as a mark. */
export function examplePacket(flow: Flow, family: Family, path: Path): readonly string[] | undefined {
  const [protocol] = pick(flow.protocol, ['tcp', 'udp', 'gre'], (text) => text);
  const source = pick(flow.source, ANYWHERE[family].source, (text) => firstAddress(text, family))[0];
  const destination = pick(flow.destination, ANYWHERE[family].destination, (text) => firstAddress(text, family))[0];
  const also = flow.also ?? [];
  const icmp = also.flatMap((text) => /^icmp (\d+(?:\/\d+)?)/.exec(text)?.[1] ?? []);
  const state = also.flatMap((text) => /^state ([A-Z]+)/.exec(text)?.[1] ?? []);
  if (protocol === undefined || source === undefined || destination === undefined) return undefined;
  if (also.some((text) => !/^(?:icmp|state|flags) /.test(text))) return undefined;
  const [from, to] = HAVE_PORTS.has(protocol)
    ? [pick(flow.sourcePorts, PORTS.source, firstPort)[0], pick(flow.destinationPorts, PORTS.destination, firstPort)[0]]
    : [];
  return [
    protocol,
    withPort(source, from),
    withPort(destination, to),
    ...icmp.slice(0, 1).flatMap((type) => ['--icmp', type]),
    ...(path === 'OUTPUT' ? [] : ['--in', linkOf(flow.input)]),
    ...(path === 'INPUT' ? [] : ['--out', linkOf(flow.output)]),
    ...(state[0] === undefined || state[0] === 'NEW' ? [] : ['--ctstate', state[0].toLowerCase()]),
  ];
}

/** The first that is meant; behind `!` the first usual value that no item holds. */
function pick(
  texts: readonly string[] | undefined,
  usual: readonly string[],
  first: (text: string) => string | undefined,
): readonly string[] {
  if (texts === undefined || texts.length === 0) return usual.slice(0, 1);
  const meant = texts.filter((text) => !text.startsWith('!'));
  if (meant.length > 0) return meant.flatMap((text) => first(text) ?? []);
  return usual.filter((value) => texts.every((text) => !holds(text.slice(1), value)));
}

function firstAddress(text: string, family: Family): string | undefined {
  const [from = ''] = text.split('-');
  const network = parseNetwork(from, family);
  return network === undefined ? undefined : printAddress(family, network.value);
}

function firstPort(text: string): string | undefined {
  return /^\d+/.exec(text)?.[0];
}

/** Whether an item holds a value: a network, a range, a port, a name. */
function holds(item: string, value: string): boolean {
  const literal = parseLiteral(value);
  if (literal === undefined) {
    const [first, last = first] = item.split(':').map(Number);
    return Number.isNaN(first) ? item === value : Number(value) >= (first ?? 0) && Number(value) <= (last ?? 0);
  }
  const [from = '', to] = item.split('-');
  if (to !== undefined) {
    const [low, high] = [parseLiteral(from)?.value, parseLiteral(to)?.value];
    return low === undefined || high === undefined || (low <= literal.value && literal.value <= high);
  }
  const network = parseNetwork(item, literal.family);
  return network === undefined || (literal.value & network.mask) === network.value;
}

function linkOf(texts: readonly string[] = []): string {
  const meant = texts.find((text) => !text.startsWith('!') && text !== '(none)');
  if (meant !== undefined) return meant.endsWith('+') ? `${meant.slice(0, -1)}0` : meant;
  return ['eth0', 'eth1', 'ens3', 'wan0'].find((name) => texts.every((text) => !names(text.slice(1), name))) ?? 'eth0';
}

function names(pattern: string, name: string): boolean {
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function withPort(address: string, port: string | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
