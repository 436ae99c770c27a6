import { type TargetKind, targetRow } from '../extensions/targets.ts';
import type { Target } from '../rule-text/split-rule.ts';
import { type Address, parseAddress } from './address.ts';
import { isNeighbourMessage, type Packet } from './packet.ts';

export type { TargetKind } from '../extensions/targets.ts';

/** Hops that every packet must have before it: few ways through the internet have more than 32. */
const FAR = 64;
/** The largest segment that every IPv4 host takes. */
const SEGMENT = 536;

/**
 * Everything that sends the packet elsewhere (DNAT, REDIRECT, NFQUEUE, ...) or takes it from conntrack is unknown; so is what may let a packet that goes out end
 * on its way, or come there under another address than it had.
 */
export function targetKind({ name, options }: Target, packet?: Packet): TargetKind {
  if (name === 'CT' && options.some((option) => option === '--notrack' || option.startsWith('--zone')))
    return 'unknown';
  if (packet !== undefined && name === 'HL' && isNeighbourMessage(packet) && !leavesHopLimit(options)) return 'unknown';
  if (packet !== undefined && leaves(packet)) {
    if (endsOnItsWay({ name, options })) return 'unknown';
    if (packet.output !== 'any' && keepsAddress(name, options, packet)) return 'accept';
  }
  if (cutsSegments({ name, options })) return 'unknown';
  return targetRow(name).does ?? 'unknown';
}

/** A packet of this host that goes out has no interface that it came in by. One that may go out by any may leave. */
function leaves({ output }: Packet): boolean {
  return typeof output === 'object' ? output.name !== 'lo' : output !== 'none';
}

/** The kernel takes messages of neighbour discovery only with a hop limit of 255, which none has that was forwarded (test/kernel/lockout.test.ts). */
export function leavesHopLimit([option = '', hops = '']: readonly string[]): boolean {
  return option === '--hl-inc' || (option === '--hl-set' && hops === '255');
}

/** Whether a target lets a packet end on its way, or may. */
export function endsOnItsWay({ name, options: [option = '', hops = ''] }: Pick<Target, 'name' | 'options'>): boolean {
  if (name !== 'TTL' && name !== 'HL') return false;
  const isInc = option === '--ttl-inc' || option === '--hl-inc';
  const isSet = option === '--ttl-set' || option === '--hl-set';
  return !isInc && !(isSet && Number(hops) >= FAR);
}

/** Whether a target asks the other side for segments so small that not every host takes them. */
export function cutsSegments({ name, options: [option, bytes] }: Pick<Target, 'name' | 'options'>): boolean {
  return name === 'TCPMSS' && option === '--set-mss' && !(Number(bytes) >= SEGMENT);
}

/** MASQUERADE gives an answer the address of the interface, which is taken to be the one that the other side knows. */
function keepsAddress(name: string, options: readonly string[], { source }: Packet): boolean {
  if (name === 'MASQUERADE') return options.length === 0;
  const [option = '', to = ''] = options;
  return name === 'SNAT' && option === '--to-source' && options.length === 2 && isSameAddress(to, source);
}

function isSameAddress(text: string, { family, value }: Address): boolean {
  const address = parseAddress(text);
  return address?.family === family && address.value === value;
}
