import { LIMITS } from '../../limits.ts';
import { FAMILIES, type Family } from '../../rules/types.ts';
import { ICMPV6 } from '../rule/protocol-number.ts';
import type { FlowPattern } from '../types/flow-pattern.ts';
import type { Path } from '../types/traffic.ts';
import { checkFlow } from './check-flow.ts';
import type { FlowProblem, FlowWord, FlowWords, Report } from './flow-words.ts';
import { readAddress } from './read-address.ts';
import { readAmong } from './read-among.ts';
import { likeOr, readIcmp, readLink, readPorts, readProtocol, readState } from './read-item.ts';

type Place = keyof FlowWords;

const FORM = 'Write `PROTOCOL SOURCE -> DESTINATION port PORT`, such as `tcp 203.0.113.0/24 -> any port 22`.';
const PATHS: Readonly<Record<string, Path>> = { to: 'INPUT', through: 'FORWARD', from: 'OUTPUT' };
const CLAUSES = ['in', 'out', 'type', 'state', 'to host', 'through host', 'from host', 'ipv4', 'ipv6'];

/**
 * Reads `tcp 203.0.113.0/24 -> 192.0.2.1 port 9100 in eth0` as the set of packets that it is, or says everything that is wrong with it:
 *
 *     PROTOCOLS [ADDRESSES] [port PORTS] -> [ADDRESSES] [port PORTS] [in LINKS] [out LINKS] [type ICMP] [state STATES] [to|through|from host] [ipv4|ipv6]
 *
 * Each list is written with commas and may have a `!` in front. `any` or nothing stands for all.
 */
export function parseFlow(
  text: string,
): { readonly flow: FlowPattern } | { readonly problems: readonly FlowProblem[] } {
  const problems: FlowProblem[] = [];
  const report: Report = ({ start, end }, message, hint) => {
    problems.push({ start, end, message, hint });
  };
  const whole = { text, start: 0, end: text.length };
  if (text.length > LIMITS.flow.most) {
    return {
      problems: [
        {
          ...whole,
          message: `The flow is longer than ${LIMITS.flow.most} characters`,
          hint: 'Put long lists of addresses into a set, and write `@NAME`.',
        },
      ],
    };
  }
  const words = [...text.matchAll(/\S+/g)].map((found) => wordAt(found[0], found.index));
  const placed = placeWords(words, whole, report);
  const read = placed === undefined ? undefined : readFlow(placed, report);
  if (read === undefined || placed === undefined || problems.length > 0) return { problems };
  const families = checkFlow(read, placed, report);
  return problems.length > 0 ? { problems } : { flow: { ...read, families } };
}

function wordAt(text: string, start: number): FlowWord {
  return { text, start, end: start + text.length };
}

/** Gives each word its place; undefined where nothing can be told of the rest. */
function placeWords(words: readonly FlowWord[], whole: FlowWord, report: Report): FlowWords | undefined {
  const [protocol, ...rest] = words;
  if (protocol === undefined) return report(whole, 'The flow is empty', FORM);
  const arrow = rest.findIndex(({ text }) => text === '->');
  if (arrow < 0) return report(whole, 'The flow has no `->` between its source and its destination', FORM);
  if (protocol.text === '->')
    return report(protocol, 'The flow does not begin with a protocol', 'Write `any` for all of them.');
  const found = new Map<Place, FlowWord>([['protocol', protocol]]);
  placeSide(rest.slice(0, arrow), ['source', 'sourcePort'], found, report);
  placeSide(rest.slice(arrow + 1), ['destination', 'destinationPort'], found, report);
  return Object.fromEntries(found) as FlowWords;
}

function placeSide(
  words: readonly FlowWord[],
  [address, port]: readonly [Place, Place],
  found: Map<Place, FlowWord>,
  report: Report,
): void {
  const put = (place: Place, word: FlowWord) => {
    if (found.has(place))
      report(
        word,
        `\`${word.text}\` says again what \`${found.get(place)?.text}\` says`,
        'Remove one of the two; a list has commas and no blanks.',
      );
    else found.set(place, word);
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as FlowWord;
    const next = words[at + 1];
    const isClause = isClauseWord(word.text);
    if (isClause && address === 'source') {
      report(word, `\`${word.text}\` stands in front of \`->\``, 'Write it behind the destination.');
      return;
    }
    if (word.text === 'ipv4' || word.text === 'ipv6') put('family', word);
    else if (isClause || word.text === 'port') {
      at += 1;
      if (next === undefined) report(word, `\`${word.text}\` has nothing behind it`, hintFor(word.text));
      else if (Object.hasOwn(PATHS, word.text)) putPath(word, next);
      else put(word.text === 'port' ? port : (word.text as Place), next);
    } else if (at === 0) put(address, word);
    else
      report(
        word,
        `\`${word.text}\` has no meaning here`,
        likeOr(word.text, ['port', ...CLAUSES], `\`port\`, ${CLAUSES.map((one) => `\`${one}\``).join(', ')}`),
      );
  }

  function putPath(word: FlowWord, next: FlowWord): void {
    if (next.text === 'host') put('path', { ...word, end: next.end });
    else report(next, `\`${word.text} ${next.text}\` is no way of a packet`, hintFor(word.text));
  }
}

function isClauseWord(text: string): boolean {
  return CLAUSES.some((clause) => clause === text || clause === `${text} host`);
}

function hintFor(word: string): string {
  if (Object.hasOwn(PATHS, word)) return 'Write `to host`, `through host` or `from host`.';
  return word === 'port'
    ? 'Write a port, such as `port 22`.'
    : `Write \`${word}\` and what it has to be, or remove it.`;
}

function readFlow(words: FlowWords, report: Report): FlowPattern {
  const { protocol, source, destination, sourcePort, destinationPort, path, family } = words;
  const protocols = anyOr(protocol, (word) => readAmong(word, (item) => readProtocol(item, report), report));
  const icmpFamily = protocols?.items.every((number) => number === ICMPV6) === true ? 'ipv6' : 'ipv4';
  const addresses = (word: FlowWord) => readAmong(word, (item) => readAddress(item, report), report);
  const ports = (word: FlowWord) => readAmong(word, (item) => readPorts(item, report), report);
  const links = (word: FlowWord) => readAmong(word, (item) => readLink(item, report), report);
  const read = {
    path: path === undefined ? undefined : PATHS[path.text],
    protocols,
    source: anyOr(source, addresses),
    destination: anyOr(destination, addresses),
    sourcePorts: anyOr(sourcePort, ports),
    destinationPorts: anyOr(destinationPort, ports),
    input: anyOr(words.in, links),
    output: anyOr(words.out, links),
    icmp: anyOr(words.type, (word) => readAmong(word, (item) => readIcmp(item, icmpFamily, report), report)),
    states: anyOr(words.state, (word) => readAmong(word, (item) => readState(item, report), report)),
  };
  const there = Object.entries(read).filter(([, value]) => value !== undefined);
  return {
    families: family === undefined ? FAMILIES : [family.text as Family],
    ...(Object.fromEntries(there) as Omit<FlowPattern, 'families'>),
  };
}

function anyOr<Value>(word: FlowWord | undefined, read: (word: FlowWord) => Value): Value | undefined {
  return word === undefined || word.text === 'any' ? undefined : read(word);
}
