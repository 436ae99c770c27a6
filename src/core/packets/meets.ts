import { matchRow } from '../extensions/matches.ts';
import type { Match } from '../rule-text/split-rule.ts';
import { isInNetwork, isInRange } from './address.ts';
import { type Answer, answer, both, either, not } from './answer.ts';
import { askBits, parseMasked } from './bits.ts';
import { isNeighbourMessage, isTcp, type Link, type Packet, type TcpFlag, type TcpHeader } from './packet.ts';

type Meets = (values: readonly string[], packet: Packet) => Answer;

const one =
  (meets: (value: string, packet: Packet) => Answer): Meets =>
  (values, packet) =>
    values.length === 1 ? meets(values[0] ?? '', packet) : 'unknown';

/** Of a packet that is no TCP packet a rule asks this in vain: it asks for `-p tcp` as well. */
const tcp = (meets: (value: string, header: TcpHeader) => Answer): Meets =>
  one((value, { content }) => (isTcp(content) ? meets(value, content) : 'no'));

/** What is understood, by module and option; everything else is unknown. */
const KNOWN: ReadonlyMap<string, Meets> = new Map([
  ['-s', one((value, packet) => isInNetwork(packet.source, value))],
  ['-d', one((value, packet) => isInNetwork(packet.destination, value))],
  ['-i', one((value, packet) => hasLink(packet.input, value))],
  ['-o', one((value, packet) => hasLink(packet.output, value))],
  ['-p', one((value, { content }) => answer(protocolNames(content).has(value)))],
  ['-m', one((value) => (matchRow(value).understood === true ? 'yes' : 'unknown'))],
  ['tcp --sport', tcp((value, { sourcePort }) => inPorts(sourcePort, value))],
  ['tcp --dport', tcp((value, { destinationPort }) => inPorts(destinationPort, value))],
  ['tcp --tcp-flags', ([mask = '', set = ''], { content }) => hasFlags(content, mask, set)],
  ['tcp --syn', (_, { content }) => hasFlags(content, 'FIN,SYN,RST,ACK', 'SYN')],
  ['multiport --sports', tcp((value, { sourcePort }) => inPortList(sourcePort, value))],
  ['multiport --dports', tcp((value, { destinationPort }) => inPortList(destinationPort, value))],
  [
    'multiport --ports',
    tcp((value, { sourcePort: s, destinationPort: d }) => either(inPortList(s, value), inPortList(d, value))),
  ],
  ['icmp --icmp-type', one((value, { content }) => isMessage(content, value))],
  ['icmp6 --icmpv6-type', one((value, { content }) => isMessage(content, value))],
  ['hl --hl-eq', one((value, packet) => hasHopLimit(packet, value))],
  ['mark --mark', one((value, packet) => hasMark(packet.mark, value))],
  ['connmark --mark', one((value, packet) => hasMark(packet.connectionMark, value))],
  ['iprange --src-range', one((value, packet) => isInRange(packet.source, value))],
  ['iprange --dst-range', one((value, packet) => isInRange(packet.destination, value))],
  ['conntrack --ctstate', one((value, packet) => hasState(packet.state, value))],
  ['state --state', one((value, packet) => hasState(packet.state, value))],
  ['comment --comment', one(() => 'yes')],
]);

/** Whether a packet meets one option of a rule. */
export function meets(packet: Packet, { module, option, negated, values }: Match): Answer {
  const isGeneral = !option.startsWith('--');
  const known = KNOWN.get(isGeneral ? option : `${module} ${option}`);
  const met = known === undefined ? 'unknown' : known(values, packet);
  return negated ? not(met) : met;
}

/**
 * `! --sport 1 ! --dport 22` by a packet that has one of the two ports: iptables-nft 1.8.9 compares both at once, so that it is met unless the packet has both. An
 * earlier version, whose rule prints alike, asks for neither (test/kernel/packets.test.ts).
 */
export function isPairAtOnce(matches: readonly Match[], packet: Packet): boolean {
  const has = (name: string) => {
    const found = matches.find(({ module, option }) => module === 'tcp' && option === name);
    if (found?.negated !== true || !/^[1-9]\d*$/.test(found.values[0] ?? '')) return undefined;
    return meets(packet, found) === 'no';
  };
  const [source, destination] = [has('--sport'), has('--dport')];
  if (source === undefined || destination === undefined || source === destination) return false;
  return matches.every((match) => ['--sport', '--dport'].includes(match.option) || meets(packet, match) !== 'no');
}

/** Names of the protocol in iptables-save and by hand; `all` and 0 are any. */
const TCP: ReadonlySet<string> = new Set(['tcp', '6', 'all', '0']);
const ICMP: ReadonlySet<string> = new Set(['icmp', '1', 'all', '0']);
const ICMPV6: ReadonlySet<string> = new Set(['ipv6-icmp', 'icmpv6', '58', 'all', '0']);

function protocolNames(content: Packet['content']): ReadonlySet<string> {
  if (isTcp(content)) return TCP;
  return 'icmp' in content ? ICMP : ICMPV6;
}

/** A type, or a type and a code, as iptables-save prints them. */
function isMessage(content: Packet['content'], value: string): Answer {
  if (isTcp(content)) return 'unknown';
  const [, type, code] = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  if (type === undefined) return 'unknown';
  const [own, ownCode] = 'icmp' in content ? [content.icmp, content.code] : [content.icmpv6, 0];
  // A type alone is any code of it.
  return answer(Number(type) === own && (code === undefined || Number(code) === ownCode));
}

function hasHopLimit(packet: Packet, value: string): Answer {
  return isNeighbourMessage(packet) && packet.rewritten.length === 0 ? answer(value === '255') : 'unknown';
}

function hasMark(bits: Packet['mark'], text: string): Answer {
  const asked = parseMasked(text);
  return asked === undefined ? 'unknown' : askBits(bits, asked.value, asked.mask);
}

/** A `+` at the end stands for any rest of the name. */
function hasLink(link: Link, pattern: string): Answer {
  const isPrefix = pattern.endsWith('+');
  const stem = isPrefix ? pattern.slice(0, -1) : pattern;
  if (stem === '') return 'unknown';
  if (link === 'none') return 'no';
  if (link === 'any') return 'unknown';
  if (link === 'not lo') return pattern === 'lo' ? 'no' : 'unknown';
  return answer(isPrefix ? link.name.startsWith(stem) : link.name === stem);
}

function inPortList(port: number, list: string): Answer {
  return list.split(',').reduce<Answer>((met, range) => either(met, inPorts(port, range)), 'no');
}

function inPorts(port: number, range: string): Answer {
  const parts = /^(\d{0,5})(:?)(\d{0,5})$/.exec(range);
  if (parts === null || range === '') return 'unknown';
  const [, first, colon, last] = parts;
  if (colon === '') return answer(Number(first) === port);
  return answer(Number(first) <= port && port <= (last === '' ? 65535 : Number(last)));
}

const FLAGS: readonly TcpFlag[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** Of the flags in `mask` exactly those in `set` are there. */
function hasFlags(content: Packet['content'], mask: string, set: string): Answer {
  if (!isTcp(content)) return 'no';
  const { flags } = content;
  const [looked, wanted] = [flagList(mask), flagList(set)];
  if (looked === undefined || wanted === undefined) return 'unknown';
  if (!wanted.every((flag) => looked.includes(flag))) return 'no';
  return looked.reduce<Answer>((met, flag) => both(met, wanted.includes(flag) ? flags[flag] : not(flags[flag])), 'yes');
}

function flagList(text: string): readonly TcpFlag[] | undefined {
  if (text === 'NONE') return [];
  if (text === 'ALL') return FLAGS;
  const names = text.split(',');
  const flags = FLAGS.filter((flag) => names.includes(flag));
  return flags.length === names.length ? flags : undefined;
}

const STATES: ReadonlySet<string> = new Set(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED']);

/** SNAT and DNAT, which stand in the same list, say how the connection was translated. */
function hasState(state: Packet['state'], list: string): Answer {
  if (state === 'unseen') return 'unknown';
  const names = list.split(',');
  if (state !== undefined && names.includes(state)) return 'yes';
  return state !== undefined && names.every((name) => STATES.has(name)) ? 'no' : 'unknown';
}
