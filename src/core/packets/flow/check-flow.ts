import { FAMILIES, type Family } from '../../rules/types.ts';
import { anyAddress } from '../address.ts';
import { ICMP, ICMPV6, protocolName, WITH_PORTS } from '../rule/protocol-number.ts';
import type { Range } from '../types/condition.ts';
import type { Among, FlowAddress, FlowPattern } from '../types/flow-pattern.ts';
import type { FlowWord, FlowWords, Report } from './flow-words.ts';

const ALL_PORTS: Range = [0n, 65_535n];

/**
 * Reports what makes a flow one without packets, or one that does not say which: of an empty set everything could be proved. Gives the families
 * of which there are packets.
 */
export function checkFlow(flow: FlowPattern, words: FlowWords, report: Report): readonly Family[] {
  checkPorts(flow, words, report);
  checkIcmp(flow, words, report);
  checkLinks(flow, words, report);
  return narrow(flow, words, report);
}

function checkPorts({ protocols, sourcePorts, destinationPorts }: FlowPattern, words: FlowWords, report: Report): void {
  const havePorts = protocols?.not === false && protocols.items.every((number) => WITH_PORTS.has(number));
  for (const word of [words.sourcePort, words.destinationPort]) {
    if (word === undefined || havePorts) continue;
    const without = protocols?.not === false ? protocols.items.find((number) => !WITH_PORTS.has(number)) : undefined;
    const subject =
      without === undefined ? 'Not every protocol has ports' : `\`${protocolName(without)}\` has no ports`;
    report(word, subject, 'Name protocols that have ports: `tcp`, `udp`, `sctp`, `dccp`, `udplite`.');
  }
  for (const [ports, word] of [
    [sourcePorts, words.sourcePort],
    [destinationPorts, words.destinationPort],
  ] as const) {
    if (ports?.not === true && word !== undefined && covers(ports.items, ALL_PORTS)) reportNone(word, report);
  }
}

function checkIcmp({ protocols, icmp }: FlowPattern, { type }: FlowWords, report: Report): void {
  if (icmp === undefined || type === undefined) return;
  const [only, ...more] = protocols?.not === false ? protocols.items : [];
  if (more.length === 0 && (only === ICMP || only === ICMPV6)) return;
  report(type, 'A type is of one protocol, ICMP or ICMPv6', 'Begin the flow with `icmp` or `icmpv6` alone.');
}

/** A packet to this host has no output interface, one from it no input interface. */
function checkLinks(flow: FlowPattern, words: FlowWords, report: Report): void {
  const { path } = flow;
  const wrong = pathWithout(path, flow);
  const word = wrong === 'input' ? words.in : words.out;
  if (wrong === undefined || word === undefined) return;
  report(
    word,
    `A packet ${path === 'INPUT' ? 'to' : 'from'} this host has no ${wrong} interface`,
    `Remove \`${wrong === 'input' ? 'in' : 'out'}\`.`,
  );
}

/** The interface that the flow names and that no packet of the path has. */
export function pathWithout(
  path: FlowPattern['path'],
  { input, output }: Pick<FlowPattern, 'input' | 'output'>,
): 'input' | 'output' | undefined {
  if (path === 'INPUT' && output !== undefined) return 'output';
  return path === 'OUTPUT' && input !== undefined ? 'input' : undefined;
}

/** The families that are left, part by part, so that the part is named that leaves none. */
function narrow(flow: FlowPattern, words: FlowWords, report: Report): readonly Family[] {
  let families = FAMILIES;
  for (const [part, has] of PARTS) {
    const word = words[part];
    const left = families.filter((family) => has(flow, family));
    if (left.length > 0 || word === undefined) families = left;
    else if (!FAMILIES.some((family) => has(flow, family))) return reportNone(word, report);
    else {
      const message = `No packet has this in ${label(families)}, which the rest of the flow is about`;
      report(word, message, 'Write one flow for each family.');
      return [];
    }
  }
  return families;
}

const PARTS = [
  ['protocol', ({ protocols }, family) => hasProtocol(protocols, family)],
  ['source', ({ source }, family) => hasAddress(source, family)],
  ['destination', ({ destination }, family) => hasAddress(destination, family)],
  ['family', ({ families }, family) => families.includes(family)],
] as const satisfies readonly (readonly [keyof FlowWords, (flow: FlowPattern, family: Family) => boolean])[];

/** The families of which a flow has packets. */
export function familiesOf(flow: FlowPattern): readonly Family[] {
  return FAMILIES.filter((family) => PARTS.every(([, has]) => has(flow, family)));
}

function label(families: readonly Family[]): string {
  return families.map((family) => (family === 'ipv4' ? 'IPv4' : 'IPv6')).join(' and ');
}

/** ICMP is a protocol of IPv4 and ICMPv6 one of IPv6: a list that names both means each in its family. */
export function protocolsIn(items: readonly number[], family: Family): readonly number[] {
  return items.filter((number) => number !== (family === 'ipv4' ? ICMPV6 : ICMP));
}

function hasProtocol(protocols: Among<number> | undefined, family: Family): boolean {
  return protocols === undefined || protocols.not || protocolsIn(protocols.items, family).length > 0;
}

/** A set may hold addresses of either family. */
function hasAddress(addresses: Among<FlowAddress> | undefined, family: Family): boolean {
  if (addresses === undefined) return true;
  const own = addresses.items.filter((item) => item.kind === 'set' || item.family === family);
  if (own.length === 0) return false;
  const ranges = own.flatMap((item) => (item.kind === 'range' ? [item.range] : []));
  return !addresses.not || !covers(ranges, anyAddress(family));
}

function covers(ranges: readonly Range[], [first, last]: Range): boolean {
  let next = first;
  for (const [from, to] of ranges.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (from > next) return false;
    if (to >= next) next = to + 1n;
  }
  return next > last;
}

function reportNone(word: FlowWord, report: Report): readonly Family[] {
  report(word, `\`${word.text}\` leaves no packet`, 'Name what is meant; `any` stands for everything.');
  return [];
}
