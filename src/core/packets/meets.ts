import { matchRow } from '../extensions/matches.ts';
import type { Match } from '../rule-text/split-rule.ts';
import { isInNetwork, isInRange } from './address.ts';
import { type Answer, answer, both, either, not } from './answer.ts';
import type { Link, Packet, TcpFlag } from './packet.ts';

type Meets = (values: readonly string[], packet: Packet) => Answer;

const one =
  (meets: (value: string, packet: Packet) => Answer): Meets =>
  (values, packet) =>
    values.length === 1 ? meets(values[0] ?? '', packet) : 'unknown';

/** What is understood, by module and option; everything else is unknown. */
const KNOWN: ReadonlyMap<string, Meets> = new Map([
  ['-s', one((value, packet) => isInNetwork(packet.source, value))],
  ['-d', one((value, packet) => isInNetwork(packet.destination, value))],
  ['-i', one((value, packet) => hasLink(packet.input, value))],
  ['-o', one((value, packet) => hasLink(packet.output, value))],
  ['-p', one((value) => answer(value === 'tcp' || value === '6' || value === 'all' || value === '0'))],
  ['-m', one((value) => (matchRow(value).understood === true ? 'yes' : 'unknown'))],
  ['tcp --sport', one((value, packet) => inPorts(packet.sourcePort, value))],
  ['tcp --dport', one((value, packet) => inPorts(packet.destinationPort, value))],
  ['tcp --tcp-flags', ([mask = '', set = ''], { flags }) => hasFlags(flags, mask, set)],
  ['tcp --syn', (_, { flags }) => hasFlags(flags, 'FIN,SYN,RST,ACK', 'SYN')],
  ['multiport --sports', one((value, packet) => inPortList(packet.sourcePort, value))],
  ['multiport --dports', one((value, packet) => inPortList(packet.destinationPort, value))],
  [
    'multiport --ports',
    one((value, { sourcePort: s, destinationPort: d }) => either(inPortList(s, value), inPortList(d, value))),
  ],
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

/** A `+` at the end stands for any rest of the name. */
function hasLink(link: Link, pattern: string): Answer {
  const isPrefix = pattern.endsWith('+');
  const stem = isPrefix ? pattern.slice(0, -1) : pattern;
  if (stem === '') return 'unknown';
  if (link === 'none') return 'no';
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
function hasFlags(flags: Packet['flags'], mask: string, set: string): Answer {
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
  const names = list.split(',');
  if (state !== undefined && names.includes(state)) return 'yes';
  return state !== undefined && names.every((name) => STATES.has(name)) ? 'no' : 'unknown';
}
