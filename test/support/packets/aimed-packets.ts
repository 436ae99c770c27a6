import { parseAddress } from '../../../src/core/packets/address.ts';
import { readPacketRule } from '../../../src/core/packets/rule/read-packet-rule.ts';
import { setResolver } from '../../../src/core/packets/rule/resolve-sets.ts';
import { firstState } from '../../../src/core/packets/trace/first-state.ts';
import type { TracedPacket } from '../../../src/core/packets/trace/types.ts';
import type { Condition, FieldName } from '../../../src/core/packets/types/condition.ts';
import type { Firewall } from '../../../src/core/packets/types/firewall.ts';
import type { Path } from '../../../src/core/packets/types/traffic.ts';
import type { Family } from '../../../src/core/rules/types.ts';
import { INPUTS, OUTPUT, OWN } from './ground.ts';
import { TARGETS } from './random-ruleset.ts';
import type { Seeded } from './seeded.ts';

type Draft = {
  source: bigint;
  destination: bigint;
  sourcePort: bigint;
  destinationPort: bigint;
  protocol: bigint;
  icmp: bigint;
  tcpFlags: bigint;
  mac: bigint;
  input: string;
};

const BITS: Readonly<Record<Exclude<keyof Draft, 'input' | 'source' | 'destination'>, bigint>> = {
  sourcePort: 16n,
  destinationPort: 16n,
  protocol: 8n,
  icmp: 16n,
  tcpFlags: 6n,
  mac: 48n,
};
const PROTOCOLS: Readonly<Record<Family, readonly bigint[]>> = {
  ipv4: [6n, 6n, 6n, 17n, 17n, 1n, 132n, 136n, 47n],
  ipv6: [6n, 6n, 6n, 17n, 17n, 58n, 132n, 136n, 47n],
};
const WITH_PORTS = [6n, 17n, 132n, 136n];
const ICMP_TYPES: Readonly<Record<Family, readonly bigint[]>> = {
  ipv4: [8n, 8n, 8n, 13n, 0n, 3n, 11n],
  ipv6: [128n, 128n, 128n, 129n, 135n, 134n, 143n],
};
/** SYN most often; an ACK, answers, nonsense. */
const TCP_FLAGS = [2n, 2n, 2n, 2n, 2n, 16n, 24n, 18n, 17n, 4n, 0n, 3n, 10n];

/**
 * First packets near the edges of rules: one that meets some of them, some of its fields moved to the edges of others. No two of one
 * connection, and none that could be taken for an answer.
 */
export function aimedPackets(
  before: Firewall,
  after: Firewall,
  path: Path,
  count: number,
  random: Seeded,
): readonly TracedPacket[] {
  const { family } = before;
  const [was, will] = [textsOf(before), textsOf(after)];
  const changed = [...was.filter((text) => !will.includes(text)), ...will.filter((text) => !was.includes(text))];
  const rules = conditionsOf(before, [...was, ...will]);
  const changedRules = changed.length === 0 ? rules : conditionsOf(before, changed);
  const edges = edgesOf(rules.flat());
  const answers = new Set([
    ...TARGETS[family].map((text) => parseAddress(text)?.value),
    ...[...INPUTS, OUTPUT].map((name) => OWN[family](name)),
  ]);
  const seen = new Set<string>();
  const packets: TracedPacket[] = [];
  for (let tries = count * 10; packets.length < count && tries > 0; tries -= 1) {
    const draft = anyDraft(random, family, edges);
    for (let aims = 3; aims > 0; aims -= 1)
      if (random.chance(0.8)) aim(random, draft, random.pick(random.chance(0.4) ? changedRules : rules));
    const packet = settle(random, draft, family, path);
    const names = namesOf(packet);
    if (!canBeSent(packet, family) || answers.has(packet.source) || names.some((name) => seen.has(name))) continue;
    for (const name of names) seen.add(name);
    packets.push(packet);
  }
  return packets;
}

function textsOf({ tables }: Firewall): readonly string[] {
  return tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.map(({ text }) => text)));
}

function conditionsOf(firewall: Firewall, texts: readonly string[]): readonly (readonly Condition[])[] {
  const { family, backend } = firewall;
  const resolve = setResolver(firewall);
  const read = texts.map((text) => readPacketRule(text, { family, backend, identity: text }).conditions.map(resolve));
  return read.length === 0 ? [[]] : read;
}

type Edges = ReadonlyMap<FieldName, readonly bigint[]>;

function edgesOf(conditions: readonly Condition[]): Edges {
  const edges = new Map<FieldName, bigint[]>();
  const add = (field: FieldName, ...values: readonly bigint[]) =>
    edges.set(field, [...(edges.get(field) ?? []), ...values]);
  const visit = (condition: Condition): void => {
    if (condition.kind === 'not') visit(condition.of);
    else if (condition.kind === 'all' || condition.kind === 'any') condition.of.forEach(visit);
    else if (condition.kind === 'ranges')
      for (const [first, last] of condition.ranges) add(condition.field, first, last, first - 1n, last + 1n);
    else if (condition.kind === 'masked') {
      const rest = lowBits(condition.mask);
      add(
        condition.field,
        condition.value,
        condition.value | rest,
        condition.value - 1n,
        (condition.value | rest) + 1n,
      );
    }
  };
  conditions.forEach(visit);
  return edges;
}

function lowBits(mask: bigint): bigint {
  let bits = 0n;
  while (bits < mask && (mask & (bits + 1n)) === 0n) bits = (bits << 1n) | 1n;
  return bits;
}

function anyDraft(random: Seeded, family: Family, edges: Edges): Draft {
  const width = family === 'ipv4' ? 32n : 128n;
  const value = (field: FieldName, bits: bigint) => {
    const values = edges.get(field);
    const drawn = values !== undefined && random.chance(0.75) ? random.pick(values) : bitsFrom(random, bits);
    return drawn & ((1n << bits) - 1n);
  };
  return {
    source: value('source', width),
    destination: value('destination', width),
    sourcePort: value('sourcePort', BITS.sourcePort),
    destinationPort: value('destinationPort', BITS.destinationPort),
    protocol: random.pick(PROTOCOLS[family]),
    icmp: value('icmp', BITS.icmp),
    tcpFlags: random.pick(TCP_FLAGS),
    mac: 0x02000000000an + BigInt(random.below(2)),
    input: random.pick(INPUTS),
  };
}

function bitsFrom(random: Seeded, bits: bigint): bigint {
  let value = 0n;
  for (let left = bits; left > 0n; left -= 16n) value = (value << 16n) | BigInt(random.below(65536));
  return value;
}

/** Makes the packet one that meets the rule, as far as its conditions say what is asked. */
function aim(random: Seeded, draft: Draft, conditions: readonly Condition[]): void {
  for (const condition of conditions) {
    if (random.chance(0.08)) continue;
    if (condition.kind === 'all') aim(random, draft, condition.of);
    else if (condition.kind === 'any') aim(random, draft, [random.pick(condition.of)]);
    else if (condition.kind === 'link' && condition.link === 'input') {
      const fitting = INPUTS.filter((name) =>
        condition.prefix ? name.startsWith(condition.name) : name === condition.name,
      );
      if (fitting.length > 0) draft.input = random.pick(fitting);
    } else if (condition.kind === 'ranges' && isDrafted(condition.field)) {
      const [first, last] = random.pick(condition.ranges);
      draft[condition.field] = random.chance(0.5) ? first : last;
    } else if (condition.kind === 'masked' && isDrafted(condition.field)) {
      draft[condition.field] = (draft[condition.field] & ~condition.mask) | condition.value;
    }
  }
}

function isDrafted(field: FieldName): field is Exclude<keyof Draft, 'input'> {
  return field === 'source' || field === 'destination' || field in BITS;
}

function settle(random: Seeded, draft: Draft, family: Family, path: Path): TracedPacket {
  const protocol = Number(draft.protocol);
  const hasPorts = WITH_PORTS.includes(draft.protocol);
  const isIcmp = protocol === (family === 'ipv4' ? 1 : 58);
  const icmp = random.chance(0.5) ? draft.icmp : random.pick(ICMP_TYPES[family]) << 8n;
  const packet = {
    path,
    protocol,
    source: draft.source,
    destination: draft.destination,
    ...(hasPorts
      ? { sourcePort: Number(draft.sourcePort || 1n), destinationPort: Number(draft.destinationPort || 7n) }
      : {}),
    ...(isIcmp ? { icmp: Number(icmp) } : {}),
    ...(protocol === 6 ? { tcpFlags: Number(draft.tcpFlags) } : {}),
    ...(path === 'OUTPUT' ? {} : { mac: draft.mac }),
    links: {
      ...(path === 'OUTPUT' ? {} : { input: draft.input }),
      ...(path === 'INPUT' ? {} : { output: OUTPUT }),
    },
  };
  return { ...packet, state: firstState(packet, family, { tcpLoose: true }) ?? 'INVALID' };
}

/** The kernel refuses some addresses whatever the rules say, and conntrack knows errors by what they carry. */
function canBeSent({ source, destination, icmp }: TracedPacket, family: Family): boolean {
  const isUsual = (address: bigint) => {
    if (family === 'ipv6') return address >> 125n === 1n || address >> 121n === 0x7en;
    const first = address >> 24n;
    return first > 0n && first !== 127n && first < 224n;
  };
  const asksForEcho = icmp === undefined || family === 'ipv6' || icmp >> 8 < 41;
  return isUsual(source) && isUsual(destination) && source !== destination && asksForEcho;
}

/** A packet and what would answer it. Without ports NAT cannot tell apart two packets that have one end in common. */
function namesOf(packet: TracedPacket): readonly string[] {
  const { protocol, source, destination, sourcePort, destinationPort, icmp } = packet;
  if (protocol === 136 || protocol === 47) return [source, destination].map((address) => `${protocol} ${address}`);
  return [
    [protocol, source, destination, sourcePort, destinationPort, icmp].join(),
    [protocol, destination, source, destinationPort, sourcePort, icmp].join(),
  ];
}
