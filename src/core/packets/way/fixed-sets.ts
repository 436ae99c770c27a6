import { FALSE, TRUE } from '../diagram/node-table.ts';
import { Codes, type Spans } from '../space/codes.ts';
import type { Space } from '../space/space.ts';
import { CT_STATES } from '../types/condition.ts';
import type { Mark, Rewriting } from './rewriting.ts';

const STATE_OF_ENTRY = { none: 'INVALID', template: 'NEW', rule: 'UNTRACKED' } as const;

/** A packet without an entry is INVALID to the rules of raw, one with a template NEW. */
export function fixedState(spans: Spans, entry: Rewriting['entry']): number | undefined {
  if (entry === undefined || entry === 'own') return undefined;
  const state = CT_STATES.indexOf(STATE_OF_ENTRY[entry]);
  return includes(spans, state) ? TRUE : FALSE;
}

export function fixedOutput(space: Space, spans: Spans, output: Rewriting['output']): number | undefined {
  if (output === undefined) return undefined;
  const codes = space.links('output');
  if (typeof output === 'string') {
    return includes(spans, codes.codeOf(output === 'lo' ? 'lo' : undefined)) ? TRUE : FALSE;
  }
  const all = new Codes(
    Array.from({ length: codes.count }, (_, code) => BigInt(code)),
    BigInt(codes.count - 1),
  );
  const free = space.free(`output ${output.routedAs}`, 'the interface that it is routed to then', all);
  return space.among(free, codes.count, spans, TRUE, FALSE);
}

/** Packets whose mark, as the way made it, has this value under the mask. */
export function markedSet(space: Space, { fromMark, fromConnection, xor }: Mark, mask: bigint, value: bigint): number {
  const { diagram } = space;
  let node: number = TRUE;
  for (let number = 0; number < 32; number += 1) {
    const bit = 1n << BigInt(number);
    if ((mask & bit) === 0n) continue;
    const wanted = ((value ^ xor) & bit) !== 0n;
    let one = wanted ? FALSE : TRUE;
    if ((fromConnection & bit) !== 0n) {
      one = diagram.make(space.bit('connectionMark', number), one, one === TRUE ? FALSE : TRUE);
    }
    if ((fromMark & bit) !== 0n) one = diagram.make(space.bit('mark', number), one, diagram.not(one));
    node = diagram.and(node, one);
    if (node === FALSE) return FALSE;
  }
  return node;
}

export function includes(spans: Spans, code: number): boolean {
  for (let at = 0; at < spans.length; at += 2) {
    if ((spans[at] as number) <= code && code <= (spans[at + 1] as number)) return true;
  }
  return false;
}
