import { FALSE } from '../../../src/core/packets/diagram/node-table.ts';
import { RuleReader } from '../../../src/core/packets/side/rule-reader.ts';
import { markChanges } from '../../../src/core/packets/side/side.ts';
import type { Codes } from '../../../src/core/packets/space/codes.ts';
import { LinkCodes } from '../../../src/core/packets/space/codes.ts';
import type { Place, Space } from '../../../src/core/packets/space/space.ts';
import type { TracedPacket } from '../../../src/core/packets/trace/types.ts';
import { PathComparison } from '../../../src/core/packets/traffic/compare-path.ts';
import { CT_STATES } from '../../../src/core/packets/types/condition.ts';
import type { Firewall } from '../../../src/core/packets/types/firewall.ts';
import type { Effect, Path } from '../../../src/core/packets/types/traffic.ts';
import { makeGround } from '../../../src/core/packets/way/path-model.ts';
import { sourceBehindNat } from '../../../src/core/packets/way/source-behind-nat.ts';

/** What the diagrams say of one packet: each effect that some answers to the open questions give it, `none` among them. */
export type JudgeChange = (packet: TracedPacket) => ReadonlySet<Effect | 'none'>;

/** The change of two rulesets, asked for single packets; undefined where it is not judged. */
export function judgeChange(before: Firewall, after: Firewall, path: Path, nodes: number): JudgeChange | undefined {
  const reader = new RuleReader([before, after]);
  const [was, will] = [reader.read(before), reader.read(after)];
  markChanges(was, will);
  const ground = makeGround([was, will], [path]);
  // As the comparison of a plan, which says nothing of these packets either.
  if (ground === undefined || sourceBehindNat([was, will], path) !== undefined) return undefined;
  const found = new PathComparison(ground, was, will, path, nodes).compare('new');
  if ('because' in found) return undefined;
  const { space, scope, regions } = found;
  return (packet) => {
    if (!valuesOf(space, scope, packet).has(true)) throw new Error('a packet that the path does not have');
    const effects = new Set<Effect | 'none'>();
    let isCertain = false;
    for (const { set, effect } of regions) {
      const values = valuesOf(space, set, packet);
      if (values.has(true)) effects.add(effect);
      isCertain ||= !values.has(false);
    }
    return isCertain ? effects : effects.add('none');
  };
}

/** Whether a packet is in a set, for every answer to what is open. */
function valuesOf(space: Space, root: number, packet: TracedPacket): ReadonlySet<boolean> {
  const { diagram } = space;
  const values = new Set<boolean>();
  const waiting = [root];
  const seen = new Set<number>();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (diagram.isTerminal(node)) {
      values.add(node !== FALSE);
      continue;
    }
    const variable = diagram.variableOf(node);
    const place = space.placeOf(variable);
    if (place === undefined) waiting.push(diagram.lowOf(node), diagram.highOf(node));
    else waiting.push(bitOf(place, variable, packet) ? diagram.highOf(node) : diagram.lowOf(node));
  }
  return values;
}

function bitOf(place: Place, variable: number, packet: TracedPacket): boolean {
  const shift = BigInt(place.bits - 1 - (variable - place.first));
  return ((codeOf(place, packet) >> shift) & 1n) === 1n;
}

function codeOf({ name, codes }: Place, packet: TracedPacket): bigint {
  if (codes instanceof LinkCodes) return BigInt(codes.codeOf(packet.links[name as 'input']));
  const value = fieldOf(name as Exclude<typeof name, keyof TracedPacket['links']>, packet);
  return codes === undefined ? value : BigInt((codes satisfies Codes).codeOf(value));
}

function fieldOf(name: string, packet: TracedPacket): bigint {
  if (name === 'state') return BigInt(CT_STATES.indexOf(packet.state));
  if (name === 'laterFragment' || name === 'mark' || name === 'connectionMark') return 0n;
  const value = packet[name as 'source'];
  return BigInt(value ?? 0);
}
