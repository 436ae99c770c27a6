import { isInNetwork } from '../packets/address.ts';
import { isTcp, type Packet } from '../packets/packet.ts';
import { elementOf } from '../sets/ipset/entry.ts';
import { typeOf } from '../sets/ipset/parse-header.ts';
import type { SetEdit } from '../sets/ipset/set-edit.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { startEdits } from '../sets/script.ts';

/** Sets that change, by every name by which a rule can ask them: their own, and those of lists that hold them. */
export type ChangedSets = ReadonlyMap<string, readonly SetStep[]>;

const REFERENCE = /--match-set (\S+) (src|dst)/g;
/** Options that say which bits of an entry count. */
const BITS = / (?:netmask|bitmask|markmask|range) \S+/g;

export function changedSets(steps: readonly SetStep[]): ChangedSets {
  const changed = new Map<string, SetStep[]>();
  for (const step of steps) {
    for (const name of [step.set, ...(step.lists ?? [])]) changed.set(name, [...(changed.get(name) ?? []), step]);
  }
  return changed;
}

/**
 * What a change of sets means for a packet that a rule asks them about: a line for each set with entries that hold the packet and come or
 * go. None where every set that the rule names has the same answer for the packet as before.
 */
export function setEvidence(rule: string, packet: Packet, changed: ChangedSets): readonly string[] {
  return [...rule.matchAll(REFERENCE)].flatMap(([, name = '', side]) =>
    (changed.get(name) ?? []).flatMap((step) => describeChange(step, name, side === 'src', packet)),
  );
}

function describeChange(step: SetStep, name: string, isSource: boolean, packet: Packet): readonly string[] {
  const label = name === step.set ? `set ${step.set}` : `set ${step.set} in the list ${name}`;
  const { before, after } = step.headers;
  if (bitsOf(before) !== bitsOf(after) && before !== undefined && after !== undefined)
    return [`${label} becomes another: ${before} -> ${after}`];
  const holds = holderOf(after ?? before ?? '', isSource, packet);
  const old = elements(step.change === 'update' ? step.reverse : startEdits(step), holds);
  const fresh = elements(step.edits, holds);
  const gone = old.filter((entry) => !fresh.includes(entry)).map((entry) => `-${entry}`);
  const come = fresh.filter((entry) => !old.includes(entry)).map((entry) => `+${entry}`);
  const all = [...come, ...gone];
  if (all.length === 0) return [];
  const more = all.length > 3 ? ` and ${all.length - 3} more` : '';
  return [`${label}: ${all.slice(0, 3).join(', ')}${more}`];
}

/** Whether an element may say something about the packet. What cannot be judged may. */
function holderOf(header: string, isSource: boolean, packet: Packet): (element: string) => boolean {
  const type = typeOf(header);
  if (type === 'bitmap:port') {
    const { content } = packet;
    if (!isTcp(content)) return () => false;
    const port = String(isSource ? content.sourcePort : content.destinationPort);
    return (element) => element === port;
  }
  const address = isSource ? packet.source : packet.destination;
  const isMasked = bitsOf(header.replace(/ range \S+/, '')) !== '';
  if (isMasked || !/^(?:hash:(?:ip|net)|bitmap:ip)(?:,|$)/.test(type)) return () => true;
  return (element) => isInNetwork(address, element.split(',', 1)[0] ?? '') !== 'no';
}

/** Elements that some edits bring, with what matters of them (`nomatch`). */
function elements(edits: readonly SetEdit[], holds: (element: string) => boolean): readonly string[] {
  const found: string[] = [];
  for (const edit of edits) {
    if (edit.kind !== 'add' && edit.kind !== 'add passing') continue;
    for (const entry of edit.entries) {
      const element = elementOf(entry);
      if (holds(element)) found.push(/ nomatch(?: |$)/.test(entry) ? `${element} nomatch` : element);
    }
  }
  return found;
}

function bitsOf(header = ''): string {
  return (header.match(BITS) ?? []).join('');
}
