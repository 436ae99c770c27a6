import { describe, expect, test } from 'vitest';
import { FALSE, TRUE } from '../../src/core/packets/diagram/node-table.ts';
import { RuleReader } from '../../src/core/packets/side/rule-reader.ts';
import { markChanges } from '../../src/core/packets/side/side.ts';
import { LinkCodes } from '../../src/core/packets/space/codes.ts';
import type { Place, Space } from '../../src/core/packets/space/space.ts';
import { makeTracer } from '../../src/core/packets/trace/trace-packet.ts';
import type { Trace, TracedPacket } from '../../src/core/packets/trace/types.ts';
import { type ChangedPath, PathComparison } from '../../src/core/packets/traffic/compare-path.ts';
import { CT_STATES, type LinkName } from '../../src/core/packets/types/condition.ts';
import type { Firewall } from '../../src/core/packets/types/firewall.ts';
import type { Connections, Path } from '../../src/core/packets/types/traffic.ts';
import { makeGround } from '../../src/core/packets/way/path-model.ts';
import { sourceBehindNat } from '../../src/core/packets/way/source-behind-nat.ts';
import type { Family } from '../../src/core/rules/types.ts';
import {
  changedTexts,
  narrowlyChangedTexts,
  printedTexts,
  type RandomTexts,
  randomTexts,
} from '../support/random-firewall.ts';
import { firewallOf } from '../support/traffic.ts';

const PATHS: readonly Path[] = ['INPUT', 'FORWARD', 'OUTPUT'];
/** By hand: FW_FUZZ=200 for as many rulesets. */
const RULESETS = Number(process.env.FW_FUZZ ?? 6);
const FIRST = Number(process.env.FW_FUZZ_FROM ?? 1);
const PACKETS = 100;

/** Numbers that look random and are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Whether the answer to a question is yes, for one packet. */
const answers = (seed: number, text: string) =>
  ([...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), seed) >>> 7) % 2 === 0;

const HOST = { ipv4: 0xc0000201n, ipv6: 0x20010db8000000000000000000000001n } as const;

describe('differences against the evaluation of single packets', () => {
  test.each(Array.from({ length: RULESETS }, (_, at) => at + FIRST))('ruleset %d', (seed) => {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const random = numbers(seed * 31 + (family === 'ipv4' ? 0 : 7));
      const before = randomTexts(random, family);
      const after = changedTexts(random, before, family);
      for (const path of PATHS)
        for (const connections of ['new', 'running'] as const)
          check(random, before, after, { family, path, connections });
    }
  });
});

describe('of changes that name where packets come from or go', () => {
  test.each(Array.from({ length: RULESETS }, (_, at) => at + FIRST))('ruleset %d', (seed) => {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const random = numbers(seed * 37 + (family === 'ipv4' ? 0 : 7));
      const before = randomTexts(random, family);
      const after = narrowlyChangedTexts(random, before, family);
      for (const path of PATHS)
        for (const connections of ['new', 'running'] as const)
          check(random, before, after, { family, path, connections });
    }
  });
});

type Asked = { readonly family: Family; readonly path: Path; readonly connections: Connections };

function check(random: (below: number) => number, before: RandomTexts, after: RandomTexts, asked: Asked): void {
  const [one, two] = [before, after].map((texts) => firewallOf(printedTexts(texts), asked.family)) as [
    Firewall,
    Firewall,
  ];
  // The tracer asks for a mark that it does not know in words of its own.
  if (asked.connections === 'running' && JSON.stringify([before, after]).includes('--restore-mark')) return;
  const reader = new RuleReader([one, two]);
  const [was, will] = [reader.read(one), reader.read(two)];
  markChanges(was, will);
  // Such a path is not judged, before it is compared.
  if (sourceBehindNat([was, will], asked.path) !== undefined) return;
  const ground = makeGround([was, will], [asked.path]);
  if (ground === undefined) throw new Error('chains in a circle');
  const comparison = new PathComparison(ground, was, will, asked.path, 2_000_000);
  // Both kinds share what does not depend on them.
  comparison.compare(asked.connections === 'new' ? 'running' : 'new');
  const found = comparison.compare(asked.connections);
  if ('because' in found && found.because.includes('before nat') && asked.connections === 'running') return;
  // The mark that a set gives is not known, and no path is judged on which a rule takes one.
  if ('because' in found && found.because.includes('--map-mark')) return;
  if ('because' in found) throw new Error(found.because);
  const set = found.space.diagram.union(found.regions.map((region) => region.set));
  const tracers = [makeTracer(one), makeTracer(two)] as const;
  for (let at = 0; at < PACKETS; at += 1) {
    const packet = randomPacket(random, asked);
    const seed = random(1 << 30);
    const bits = bitsOf(found, packet, asked, seed);
    if (evaluate(found.space, found.scope, bits) !== TRUE) continue;
    const ends = tracers.map((trace) =>
      endOf(
        trace(packet, {
          answer: ({ text }) => answers(seed, text),
          localAddress: () => HOST[asked.family],
          route: ([host]) => (host === HOST[asked.family] ? { path: 'INPUT' } : undefined),
        }),
      ),
    );
    const isIn = evaluate(found.space, set, bits) === TRUE;
    const shown = { ...asked, packet, ends, isIn, before: printedTexts(before), after: printedTexts(after) };
    if (isIn !== (ends[0] !== ends[1])) {
      throw new Error(
        JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value), 1),
      );
    }
    if (!isIn) continue;
    const region = found.regions.find((one_) => evaluate(found.space, one_.set, bits) === TRUE);
    expect([region?.was.verdict.verdict, region?.will.verdict.verdict]).toEqual(ends.map((end) => end.split(' ')[0]));
  }
}

function endOf({ end }: Trace): string {
  if (end.kind !== 'verdict') throw new Error(`open: ${end.kind === 'open' ? end.question : ''}`);
  const { verdict, to, from } = end.outcome;
  return verdict === 'accept' ? `accept to ${to} from ${from}` : verdict;
}

function randomPacket(random: (below: number) => number, { family, path, connections }: Asked): TracedPacket {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const protocol = pick([6, 6, 6, 17, 17, family === 'ipv4' ? 1 : 58, 47]);
  const address = () => {
    const low = pick([0n, 1n, 5n, 6n, 0x0105n, 0x10001n, 0x10203n, 0x800001n, BigInt(random(1 << 24))]);
    const high = pick([10n, 10n, 192n, 203n]);
    return family === 'ipv4' ? (high << 24n) | low : (0x20010db8n << 96n) | (high << 24n) | low;
  };
  const port = () => pick([22, 53, 80, 443, 8080, 1024, 40000, random(65536)]);
  const tcpFlags = connections === 'new' ? pick([2, 2, 2, 16, 18, 4, 1, 34]) : pick([16, 24, 17]);
  const icmp = pick(family === 'ipv4' ? [2048, 2048, 0, 768, 771, 3328] : [32768, 32768, 34560, 33024, 256]);
  const isIcmp = protocol === (family === 'ipv4' ? 1 : 58);
  const isNew = protocol === 6 ? [2, 16, 34].includes(tcpFlags) : !isIcmp || [2048, 3328, 32768].includes(icmp);
  const first = isIcmp && icmp === 34560 ? 'UNTRACKED' : isNew && random(8) > 0 ? 'NEW' : 'INVALID';
  const input = pick(['eth0', 'eth0', 'eth1', 'vlan10', 'vlan20', 'lo', 'wan0']);
  const output = pick(['eth0', 'eth1', 'vlan10', 'vlan20', 'wan0']);
  return {
    path,
    protocol,
    source: address(),
    destination: address(),
    ...(protocol === 6 || protocol === 17 ? { sourcePort: port(), destinationPort: port() } : {}),
    ...(isIcmp ? { icmp } : {}),
    ...(protocol === 6 ? { tcpFlags } : {}),
    mac: 0n,
    links: { ...(path === 'OUTPUT' ? {} : { input }), ...(path === 'INPUT' ? {} : { output }) },
    state: connections === 'new' ? first : pick(['ESTABLISHED', 'RELATED'] as const),
    mark: path === 'OUTPUT' ? BigInt(pick([0, 0, 1, 16, 17])) : 0n,
  };
}

/** The packet and the answers as bits of the variables. */
function bitsOf(
  { space }: ChangedPath,
  packet: TracedPacket,
  { family }: Asked,
  seed: number,
): (variable: number) => boolean {
  const values: Readonly<Record<string, bigint>> = {
    source: packet.source,
    destination: packet.destination,
    protocol: BigInt(packet.protocol),
    sourcePort: BigInt(packet.sourcePort ?? 0),
    destinationPort: BigInt(packet.destinationPort ?? 0),
    icmp: BigInt(packet.icmp ?? 0),
    tcpFlags: BigInt(packet.tcpFlags ?? 0),
    state: BigInt(CT_STATES.indexOf(packet.state)),
    mark: packet.mark ?? 0n,
    connectionMark: 0n,
    laterFragment: 0n,
    mac: packet.mac ?? 0n,
  };
  const codeOf = ({ name, codes }: Place): bigint => {
    if (codes instanceof LinkCodes) return BigInt(codes.codeOf(packet.links[name as LinkName]));
    const value = values[name] ?? 0n;
    return codes === undefined ? value : BigInt(codes.codeOf(value));
  };
  return (variable) => {
    const place = space.placeOf(variable);
    if (place !== undefined) return ((codeOf(place) >> BigInt(place.first + place.bits - 1 - variable)) & 1n) === 1n;
    const dynamic = space.dynamicOf(variable);
    if (dynamic === undefined) throw new Error(`no variable ${variable}`);
    if (dynamic.codes === undefined) return hostAnswer(dynamic.key, HOST[family]) ?? answers(seed, dynamic.text);
    const code = dynamic.key.startsWith('output ')
      ? BigInt(space.links('output').codeOf(packet.links.output))
      : BigInt(space.codes('destination')?.codeOf(HOST[family]) ?? 0);
    return ((code >> BigInt(dynamic.first + dynamic.bits - 1 - variable)) & 1n) === 1n;
  };
}

/** Where rules ask for the destination by masks with holes, the address of this host is asked for so too. */
function hostAnswer(key: string, host: bigint): boolean | undefined {
  const masked = / & (\d+) = (\d+)$/.exec(key);
  if (masked !== null) return (host & BigInt(masked[1] ?? 0)) === BigInt(masked[2] ?? 0);
  const ranges = [...key.matchAll(/(\d+),(\d+)/g)];
  if (!key.startsWith('this host') || ranges.length === 0) return undefined;
  return ranges.some(([, first, last]) => BigInt(first ?? 0) <= host && host <= BigInt(last ?? 0));
}

function evaluate({ diagram }: Space, root: number, bit: (variable: number) => boolean): number {
  let node = root;
  while (!diagram.isTerminal(node)) node = bit(diagram.variableOf(node)) ? diagram.highOf(node) : diagram.lowOf(node);
  return node === FALSE ? FALSE : TRUE;
}
