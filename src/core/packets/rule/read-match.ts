import type { Match } from '../../rule-text/split-rule.ts';
import type { Backend, Family } from '../../rules/types.ts';
import { parseNetwork } from '../address.ts';
import type { Condition, LinkName, SetDirection } from '../types/condition.ts';
import { ALWAYS, allOf, inRanges, negate, signed } from './combine.ts';
import { readConntrack, readMark } from './read-connection.ts';
import { linkNamed } from './read-header.ts';
import { readIcmp } from './read-icmp.ts';
import { readMultiport, readPorts } from './read-ports.ts';
import { askPacket } from './read-question.ts';

/** One `-m NAME` of a rule, with its options. */
export type ModuleMatch = { readonly module: string; readonly options: readonly Match[] };

/** What a match asks, where fw can compute it. Undefined for every other match, and where an option is not understood. */
export function readMatch({ module, options }: ModuleMatch, family: Family, backend: Backend): Condition | undefined {
  switch (module) {
    case 'comment':
      return ALWAYS;
    case 'tcp':
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return readPorts(module, options, backend);
    case 'multiport':
      return readMultiport(options);
    case 'icmp':
    case 'icmp6':
    case 'icmpv6':
      return readIcmp(options, family);
    case 'state':
    case 'conntrack':
      return readConntrack(module, options, family);
    case 'mark':
    case 'connmark':
      return readMark(module, options);
    case 'iprange':
      return each(options, ({ option, values: [text = ''] }) => addressRange(option, text, family));
    case 'mac':
      return readMac(options);
    case 'physdev':
      return readPhysdev(options);
    case 'set':
      return readSet(options);
    default:
      return undefined;
  }
}

function each(options: readonly Match[], read: (match: Match) => Condition | undefined): Condition | undefined {
  const conditions: Condition[] = [];
  for (const match of options) {
    const condition = match.values.length === 1 ? read(match) : undefined;
    if (condition === undefined) return undefined;
    conditions.push(signed(match.negated, condition));
  }
  return allOf(conditions);
}

function addressRange(option: string, text: string, family: Family): Condition | undefined {
  const [first, last, ...more] = text.split('-').map((part) => parseNetwork(part, family)?.value);
  const isSource = option === '--src-range';
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  if (!isSource && option !== '--dst-range') return undefined;
  return inRanges(isSource ? 'source' : 'destination', first <= last ? [[first, last]] : []);
}

/** The ports by their names; whether there is a bridge at all is asked apart, so that the names are still told from each other. */
function readPhysdev(options: readonly Match[]): Condition | undefined {
  const isPort = ({ option }: Match) => Object.hasOwn(BRIDGE_PORTS, option);
  const ports = each(options.filter(isPort), ({ option, values: [name = ''] }) => bridgePort(option, name));
  const others = options.filter((match) => !isPort(match)).map((match) => askPacket('physdev', [match]));
  if (ports === undefined || !others.every((one) => one !== undefined)) return undefined;
  return allOf([ports, ...others]);
}

const BRIDGE_PORTS: Readonly<Record<string, LinkName>> = {
  '--physdev-in': 'bridgeInput',
  '--physdev-out': 'bridgeOutput',
};

function bridgePort(option: string, name: string): Condition | undefined {
  const link = Object.hasOwn(BRIDGE_PORTS, option) ? BRIDGE_PORTS[option] : undefined;
  return link === undefined ? undefined : linkNamed(link, name);
}

/** Whether a packet has a MAC address at all. */
export const OVER_ETHERNET: Condition = {
  kind: 'question',
  key: 'mac: came over Ethernet',
  text: 'the packet came over Ethernet',
  remembers: false,
  reads: [],
};

/** A packet that did not come over Ethernet meets neither `--mac-source` nor its negation. */
function readMac(options: readonly Match[]): Condition | undefined {
  const [match, ...more] = options;
  const text = match?.option === '--mac-source' ? (match.values[0] ?? '') : '';
  if (match === undefined || more.length > 0 || !/^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(text)) return undefined;
  const value = BigInt(`0x${text.replaceAll(':', '')}`);
  const isEqual = inRanges('mac', [[value, value]]);
  if (!match.negated) return isEqual;
  return allOf([negate(isEqual), OVER_ETHERNET]);
}

function readSet(options: readonly Match[]): Condition | undefined {
  const [match, ...more] = options;
  const [set = '', list = '', ...rest] = match?.option === '--match-set' ? match.values : [];
  const directions = list.split(',');
  if (match === undefined || set === '' || more.length > 0 || rest.length > 0 || !directions.every(isDirection))
    return undefined;
  return signed(match.negated, { kind: 'set', set, directions, text: `set ${set} ${list}` });
}

function isDirection(text: string): text is SetDirection {
  return text === 'src' || text === 'dst';
}
