import { FALSE, TRUE } from '../diagram/node-table.ts';
import { ICMP_REQUESTS, UNTRACKED_ICMPV6 } from '../rule/icmp-states.ts';
import { ICMP, ICMP_OF, ICMPV6, TCP, WITH_PORTS } from '../rule/protocol-number.ts';
import type { FieldName, LinkName, Range } from '../types/condition.ts';
import type { KernelSettings } from '../types/firewall.ts';
import type { Connections, Path } from '../types/traffic.ts';
import { joined } from './codes.ts';
import type { Seen } from './seen.ts';
import type { Space } from './space.ts';

const NEW = 0n;
const ESTABLISHED = 1n;
const RELATED = 2n;
const INVALID = 3n;
const UNTRACKED = 4n;

/** Boundaries that the kinds of packets have by themselves. */
export function noteScope(seen: Seen): void {
  for (const protocol of [ICMP, ICMPV6, ...WITH_PORTS]) {
    seen.addRange('protocol', BigInt(protocol), BigInt(protocol));
  }
  for (const types of [ICMP_REQUESTS.ipv4, ICMP_REQUESTS.ipv6]) {
    for (const type of types) seen.addRange('icmp', ...codesOf(type, type));
  }
  for (const [first, last] of UNTRACKED_ICMPV6) seen.addRange('icmp', ...codesOf(first, last));
  seen.addRange('laterFragment', 1n, 1n);
  for (const link of ['input', 'output'] as const) {
    seen.add({ kind: 'link', link, name: 'lo', prefix: false }, 'ipv4');
  }
}

/** Every code of some types. */
function codesOf(first: number, last: number): Range {
  return [BigInt(first * 256), BigInt(last * 256 + 255)];
}

/** The packets that a path is asked about: what cannot be is left out, and a field that a packet does not have is 0. */
export class Scope {
  private readonly space: Space;

  constructor(space: Space) {
    this.space = space;
  }

  packets(path: Path, connections: Connections, settings: KernelSettings, fragments = false): number {
    const { diagram } = this.space;
    const states = connections === 'new' ? this.firstStates(settings) : this.runningStates();
    const whole = [this.fields(), states, this.links(path)].reduce((all, set) => diagram.and(all, set), TRUE as number);
    return fragments && connections === 'new' ? diagram.or(whole, this.fragments(path)) : whole;
  }

  /** Behind the first fragment there are bytes where rules of nft look for ports and flags. Nothing has an entry of conntrack. */
  private fragments(path: Path): number {
    const { diagram } = this.space;
    const later = diagram.and(this.in('laterFragment', 1n, 1n), this.state(INVALID));
    return diagram.and(later, this.links(path));
  }

  /** Packets in the middle of a connection of TCP that began where conntrack did not look. */
  unseen(path: Path, settings: KernelSettings): number {
    const { diagram } = this.space;
    const ack = diagram.and(this.protocol(TCP), this.space.masked('tcpFlags', 0x17n, 0x10n));
    const { tcpLoose } = settings;
    const state = tcpLoose === true ? this.state(NEW) : tcpLoose === false ? this.state(INVALID) : undefined;
    const states = state ?? diagram.or(this.state(NEW), this.state(INVALID));
    return [this.fields(), ack, states, this.links(path)].reduce((all, set) => diagram.and(all, set), TRUE as number);
  }

  /** Packets that come in through lo: they have the entry that they got on their way out. */
  own(path: Path): number {
    if (path !== 'INPUT') return FALSE;
    return this.space.diagram.minus(this.link('input', this.space.links('input').codeOf('lo')), this.state(UNTRACKED));
  }

  /** Packets that conntrack has an entry for. */
  tracked(): number {
    return this.in('state', NEW, RELATED);
  }

  /** Packets for which nat is asked: the first of a connection. An ICMP error of another connection is not. */
  translatable(path: Path): number {
    const { diagram } = this.space;
    const errors = diagram.and(this.in('state', RELATED, RELATED), this.protocol(this.icmp));
    const others = diagram.union([this.in('state', ESTABLISHED, ESTABLISHED), errors, this.own(path)]);
    return diagram.minus(this.tracked(), others);
  }

  /** Those of a state, by the name of the state. */
  state(first: bigint, last = first): number {
    return this.in('state', first, last);
  }

  protocol(...numbers: readonly number[]): number {
    return this.space.diagram.union(numbers.map((one) => this.in('protocol', BigInt(one), BigInt(one))));
  }

  link(name: LinkName, code: number): number {
    return this.space.among(this.space.place(name), this.space.links(name).count, [code, code], TRUE, FALSE);
  }

  private get icmp(): number {
    return ICMP_OF[this.space.family];
  }

  private fields(): number {
    const { diagram } = this.space;
    const zero = (field: FieldName) => this.in(field, 0n, 0n);
    const noPorts = diagram.and(zero('destinationPort'), zero('sourcePort'));
    const noFlags = this.space.masked('tcpFlags', 0x3fn, 0n);
    return [
      diagram.or(this.protocol(...WITH_PORTS), noPorts),
      diagram.or(this.protocol(this.icmp), zero('icmp')),
      diagram.or(this.protocol(TCP), noFlags),
      zero('laterFragment'),
    ].reduce((all, set) => diagram.and(all, set), TRUE as number);
  }

  /** What conntrack makes of a packet that belongs to no connection it knows. A wrong checksum makes any of them INVALID. */
  private firstStates({ tcpLoose }: KernelSettings): number {
    const { diagram } = this.space;
    const syn = this.space.masked('tcpFlags', 0x17n, 0x02n);
    const ack = this.space.masked('tcpFlags', 0x17n, 0x10n);
    // Where the setting is not known, an ACK may begin a connection and may not.
    const begins = tcpLoose === false ? syn : diagram.or(syn, ack);
    const icmp = this.types(ICMP_REQUESTS[this.space.family].map((type) => [type, type]));
    const others = diagram.not(this.protocol(TCP, this.icmp));
    const first = diagram.union([
      diagram.and(this.protocol(TCP), begins),
      diagram.and(this.protocol(this.icmp), icmp),
      others,
    ]);
    const tracked = diagram.or(diagram.and(this.state(NEW), first), this.state(INVALID));
    const untracked = this.discovery();
    return diagram.or(diagram.and(untracked, this.state(UNTRACKED)), diagram.minus(tracked, untracked));
  }

  private runningStates(): number {
    return this.space.diagram.minus(this.state(ESTABLISHED, RELATED), this.discovery());
  }

  private discovery(): number {
    if (this.space.family === 'ipv4') return FALSE;
    return this.space.diagram.and(this.protocol(this.icmp), this.types(UNTRACKED_ICMPV6));
  }

  private types(types: readonly (readonly [number, number])[]): number {
    const { diagram } = this.space;
    return diagram.union(types.map(([first, last]) => this.in('icmp', ...codesOf(first, last))));
  }

  /** A forwarded packet comes from and goes to other hosts: lo is neither end of it. */
  private links(path: Path): number {
    const { diagram } = this.space;
    const is = (name: LinkName, link: string | undefined) => this.link(name, this.space.links(name).codeOf(link));
    const none = (name: LinkName) => is(name, undefined);
    const input = path === 'OUTPUT' ? none('input') : diagram.not(none('input'));
    const output = path === 'INPUT' ? none('output') : diagram.not(none('output'));
    const both = diagram.and(input, output);
    if (path !== 'FORWARD') return both;
    return diagram.minus(both, diagram.or(is('input', 'lo'), is('output', 'lo')));
  }

  private in(field: FieldName, first: bigint, last: bigint): number {
    const codes = this.space.codes(field);
    if (codes === undefined) return this.space.between(field, first, last);
    const spans = joined([[codes.codeOf(first), codes.codeOf(last)]]);
    return this.space.among(this.space.place(field), codes.count, spans, TRUE, FALSE);
  }
}
