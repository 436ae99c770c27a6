import type { Family } from '../../rules/types.ts';
import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import { WITH_PORTS } from '../rule/protocol-number.ts';
import { Codes } from '../space/codes.ts';
import { codesIn, masksIn } from '../space/field-values.ts';
import type { Place, Space } from '../space/space.ts';
import type { Range } from '../types/condition.ts';
import type { Firewall } from '../types/firewall.ts';
import { PATHS, type Path } from '../types/traffic.ts';
import { type Comparison, comparisonOf } from './comparison.ts';

/** How much of one protocol a change opens on one path, all rules together. */
export type OpenedShare = {
  readonly path: Path;
  readonly protocol: number;
  /** The part of all unicast sources from which something is opened, from 0 to 1. */
  readonly sources: number;
  /** How many destination ports are opened to some source; 0 for a protocol without ports. */
  readonly ports: number;
};

export type OpenedTraffic =
  | { readonly kind: 'measured'; readonly shares: readonly OpenedShare[] }
  | { readonly kind: 'not-measured'; readonly path: Path; readonly because: string };

/**
 * What a change opens to the first packets of connections: packets that were dropped and are accepted or handed to a program, and those that were
 * handed to a program and are accepted. What comes in or goes
 * out by lo is left out. A protocol that no rule names is counted with one that stands for it.
 */
export function measureOpened(before: Firewall, after: Firewall, { nodes }: { readonly nodes: number }): OpenedTraffic {
  return openedBetween(comparisonOf(before, after, nodes));
}

/** The same of two firewalls of which more is asked. */
export function openedBetween(comparison: Comparison): OpenedTraffic {
  const connections = 'new';
  const shares: OpenedShare[] = [];
  for (const path of PATHS) {
    const isOtherwise = comparison.reason(path, connections) !== undefined;
    if (!isOtherwise && !comparison.isChanged(path)) continue;
    try {
      const found = comparison.compare(path, connections);
      if ('because' in found) return { kind: 'not-measured', path, because: found.because };
      const { space } = found;
      const opened = found.regions.filter(({ was: from, will: to }) => opens(from.verdict.verdict, to.verdict.verdict));
      const set = withoutLoopback(space, space.diagram.union(opened.map((region) => region.set)));
      shares.push(...sharesOf(space, path, set));
    } catch (error) {
      if (!(error instanceof NodeLimit)) throw error;
      return { kind: 'not-measured', path, because: `it takes more than ${error.nodes} nodes` };
    }
  }
  return { kind: 'measured', shares };
}

/** A program that gets packets from a queue may stop them, and without it nothing does. */
function opens(from: string, to: string): boolean {
  return OPENNESS.indexOf(from) < OPENNESS.indexOf(to);
}

/** What stands not here, `drop` and `reject`, comes before both. */
const OPENNESS = ['queue', 'accept'];

function withoutLoopback(space: Space, set: number): number {
  const { diagram } = space;
  const lo = (['input', 'output'] as const).map((name) => {
    const links = space.links(name);
    return space.among(space.place(name), links.count, [links.codeOf('lo'), links.codeOf('lo')], TRUE, FALSE);
  });
  return diagram.minus(set, diagram.union(lo));
}

function sharesOf(space: Space, path: Path, set: number): readonly OpenedShare[] {
  const { diagram } = space;
  const place = space.place('protocol');
  const { codes } = place;
  const portPlace = space.place('destinationPort');
  const portCodes = space.codes('destinationPort');
  if (set === FALSE || !(codes instanceof Codes)) return [];
  const shares: OpenedShare[] = [];
  for (let code = 0; code < codes.count; code += 1) {
    const protocol = Number(codes.firstOf(code));
    const own = diagram.and(set, space.among(place, codes.count, [code, code], TRUE, FALSE));
    if (own === FALSE) continue;
    const sources = sourcePart(space, own);
    const ports = WITH_PORTS.has(protocol) && portCodes ? countOf(rangesOf(space, portPlace, portCodes, own)) : 0n;
    shares.push({ path, protocol, sources, ports: Number(ports) });
  }
  return shares;
}

function sourcePart(space: Space, set: number): number {
  const place = space.place('source');
  if (place.codes instanceof Codes) return unicastPart(rangesOf(space, place, place.codes, set), space.family);
  // Asked by a mask with holes: the part of all addresses, which is a little less than that of the unicast ones.
  const masks = masksIn(space.diagram, space.diagram.forget(set, space.onlyField(place)), place);
  const free = masks.map(([, mask]) => place.bits - mask.toString(2).replaceAll('0', '').length);
  return Math.min(1, free.reduce((sum, bits) => sum + 2 ** (bits - place.bits), 0) / LEAST_UNICAST[space.family]);
}

/** The part of all addresses that are unicast. */
const LEAST_UNICAST = { ipv4: 222 / 256, ipv6: 1 / 8 } as const;

function rangesOf(space: Space, place: Place, codes: Codes, set: number): readonly Range[] {
  const spans = codesIn(space.diagram, space.diagram.forget(set, space.onlyField(place)), place, codes.count);
  const ranges: Range[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    ranges.push([codes.firstOf(spans[at] ?? 0), codes.lastOf(spans[at + 1] ?? 0)]);
  }
  return ranges;
}

function countOf(ranges: readonly Range[]): bigint {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1n, 0n);
}

/** IPv4: all but 0.0.0.0/8, 127.0.0.0/8 and 224.0.0.0/3. IPv6: global unicast, 2000::/3, and what is unique local or link-local. */
function unicastPart(ranges: readonly Range[], family: Family): number {
  const unicast: readonly Range[] =
    family === 'ipv4'
      ? [
          [1n << 24n, (127n << 24n) - 1n],
          [128n << 24n, (224n << 24n) - 1n],
        ]
      : [
          [2n << 124n, (4n << 124n) - 1n],
          [0xfcn << 120n, (0xfen << 120n) - 1n],
          [0xfe80n << 112n, (0xfec0n << 112n) - 1n],
        ];
  const common = (from: readonly Range[]) =>
    from.flatMap(([first, last]) =>
      unicast.flatMap(([low, high]): Range[] => {
        const both: Range = [first > low ? first : low, last < high ? last : high];
        return both[0] <= both[1] ? [both] : [];
      }),
    );
  const scale = 1n << 40n;
  return Number((countOf(common(ranges)) * scale) / countOf(unicast)) / Number(scale);
}
